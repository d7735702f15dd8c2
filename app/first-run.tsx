/** Shown while nothing has been signed here yet: the three things to do to see the whole of it work. */
import type { Config } from '#lib/server/config.ts';
import { Line } from './ui/ledger.tsx';
import { WatchForm } from './watch/watch-form.tsx';

export function FirstRun({ config }: { config: Config }) {
  return (
    <Line label="Start here">
      <p className="lead">Nothing has been signed here yet. Three steps show you everything this does.</p>
      <ol className="steps">
        <li>
          <div className="stack">
            <h3>Watch an address</h3>
            <WatchForm />
            {config.demoMailbox && (
              <p className="hint">
                No mail leaves this machine: every message lands in the <a href="/mailbox">demo mailbox</a>.
              </p>
            )}
          </div>
        </li>
        <li>
          <div className="stack">
            <h3>Sign a file as that address</h3>
            <SignCommands config={config} />
            <p className="hint">
              The login asks for a code it mails to you. Your own tools work as well:{' '}
              <a href="/setup">one line each</a>.
            </p>
          </div>
        </li>
        <li>
          <div className="stack">
            <h3>See the alert</h3>
            <p>
              Seconds later you have a mail that says what was signed, from where, and asks whether it was you
              {config.demoMailbox ? (
                <>
                  : look into the <a href="/mailbox">demo mailbox</a>.
                </>
              ) : (
                '.'
              )}
            </p>
          </div>
        </li>
      </ol>
    </Line>
  );
}

export function SignCommands({ config, address = 'dev@example.com' }: { config: Config; address?: string }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard
    <pre className="command" tabIndex={0}>
      {`echo "hello" > hello.txt
TOKEN=$(npx sigwatch token --email ${address})
curl -sO ${config.ca.url}/trusted_root.json
curl -sO ${config.ca.url}/signing_config.v0.2.json
npx sigwatch sign-bundle --identity-token "$TOKEN" --trusted-root trusted_root.json \\
  --signing-config signing_config.v0.2.json --bundle hello.sigstore.json hello.txt`}
    </pre>
  );
}
