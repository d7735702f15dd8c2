import type { Typed } from './form-request.ts';

type Kept = Pick<Typed, 'digest' | 'identity' | 'issuer'>;

/** Who is expected is asked for always: a valid signature of anybody says nothing about a file. */
export function VerifyForm({ typed, ownIssuer }: { typed: Kept; ownIssuer: string }) {
  return (
    <form action="/verify" method="post" encType="multipart/form-data" className="stack-wide">
      <div className="field">
        <label htmlFor="file">The file</label>
        <input id="file" name="file" type="file" aria-describedby="file-hint" />
        <p id="file-hint" className="hint">
          Up to 8 MiB. It is hashed in memory and not kept.
        </p>
      </div>
      <div className="field">
        <label htmlFor="digest">Or its digest</label>
        <input
          id="digest"
          name="digest"
          type="text"
          defaultValue={typed.digest}
          autoComplete="off"
          spellCheck={false}
          aria-describedby="digest-hint"
        />
        <p id="digest-hint" className="hint">
          As <span className="mono">sha256sum FILE</span> prints it; the file then stays with you.
        </p>
      </div>
      <div className="field">
        <label htmlFor="bundle">Its bundle</label>
        <input id="bundle" name="bundle" type="file" required aria-describedby="bundle-hint" />
        <p id="bundle-hint" className="hint">
          The signature file, usually <span className="mono">FILE.sigstore.json</span>.
        </p>
      </div>
      <div className="field">
        <label htmlFor="identity">Who must have signed it</label>
        <input
          id="identity"
          name="identity"
          type="text"
          required
          maxLength={2000}
          defaultValue={typed.identity}
          placeholder="jane@example.com"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-describedby="identity-hint"
        />
        <p id="identity-hint" className="hint">
          Exactly, from somewhere other than where the file came from.
        </p>
      </div>
      <div className="field">
        <label htmlFor="issuer">Who vouches for that login</label>
        <input
          id="issuer"
          name="issuer"
          type="text"
          required
          maxLength={2000}
          defaultValue={typed.issuer}
          autoComplete="off"
          spellCheck={false}
          aria-describedby="issuer-hint"
        />
        <p id="issuer-hint" className="hint">
          The login provider; this instance’s own is <span className="mono whole">{ownIssuer}</span>.
        </p>
      </div>
      <button type="submit">Verify</button>
    </form>
  );
}
