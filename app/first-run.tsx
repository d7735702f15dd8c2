/** Shown while nothing has been signed here yet: the three things to do to see the whole of it work. */
import type { Config } from '#lib/server/config.ts';
import { ownLines } from './setup/client-lines.ts';
import { Command } from './ui/command.tsx';
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
            <p>
              <a href="/sign">Sign in this browser</a>, or by command:
            </p>
            <Command wraps what="the commands" lines={ownLines(config).slice(0, 3)} />
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
