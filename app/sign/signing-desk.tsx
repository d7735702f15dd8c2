/** The four acts of signing. app/client/sign-here.ts does them; until it runs, nothing here can be pressed. */
import { Line } from '../ui/ledger.tsx';

export function SigningDesk({ ca }: { ca: string }) {
  const issuer = `${ca}/oidc`;
  return (
    <div id="sign-desk" data-script="sign-here" data-ca={ca} data-issuer={issuer}>
      <noscript>
        <Line label="Needs script">
          <p>
            Signing here happens in your browser, which takes script. <a href="/setup">The command line</a>{' '}
            does the same without.
          </p>
        </Line>
      </noscript>
      <Line label="1 · You">
        <p id="sign-who">You sign under the e-mail address that you show is yours.</p>
        <p>
          <button id="sign-login" type="button" disabled>
            Sign in
          </button>
        </p>
      </Line>
      <Line label="2 · The file">
        <div className="field">
          <label htmlFor="sign-file">A file on this machine</label>
          <input id="sign-file" type="file" disabled aria-describedby="sign-file-hint" />
          <p id="sign-file-hint" className="hint">
            Of any size. It is hashed here: neither its content nor its name is sent to anyone.
          </p>
        </div>
        <output id="sign-digest" className="chosen-file" />
      </Line>
      <Line label="3 · For ever">
        <p>
          <input id="sign-consent" type="checkbox" disabled />{' '}
          <label htmlFor="sign-consent">
            I know that my address and this <span className="together">SHA-256</span> become public, and that
            nobody can take them back.
          </label>
        </p>
      </Line>
      <Line label="4 · Sign">
        <p>
          <button id="sign-go" type="button" disabled>
            Sign it
          </button>
        </p>
        <p id="sign-missing" className="hint" />
        <ol id="sign-steps" className="checks" />
        <output id="sign-told" />
        <SignResult />
      </Line>
    </div>
  );
}

function SignResult() {
  return (
    <div id="sign-result" className="notice good stack" hidden tabIndex={-1}>
      <p>
        <a id="sign-download" className="button" href="/sign" download>
          Download
        </a>
      </p>
      <p>
        Keep it beside the file: it is what others verify. In the log: <span id="sign-entry" />.
      </p>
      <p>
        <a id="sign-link" href="/sign">
          Everyone who signed this file
        </a>{' '}
        has it within seconds. Others check it as you can now: <a href="/verify">verify the file</a>.
      </p>
    </div>
  );
}
