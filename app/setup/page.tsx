import type { Metadata } from 'next';
import { dependencies } from '../dependencies.ts';
import { SignCommands } from '../first-run.tsx';
import { Facts, Line, Opening, Page } from '../ui/ledger.tsx';
import { clientLines } from './client-lines.ts';

export const metadata: Metadata = { title: 'Sign with this instance' };

export default function SetupPage() {
  const { config } = dependencies();
  const file = (name: string) => `${config.ca.url}/${name}`;
  return (
    <Page>
      <Opening label="Sign">
        <h1>Sign with this instance</h1>
        <p className="lead">
          Your address and the digest of the file become public for ever, in this instance’s log. The file
          itself never leaves your machine.
        </p>
      </Opening>
      <Line label="Here, by command">
        <SignCommands config={config} />
      </Line>
      {clientLines(config).map(({ client, lines }) => (
        <Line key={client} label={client}>
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard */}
          <pre className="command" tabIndex={0}>
            {lines.join('\n')}
          </pre>
        </Line>
      ))}
      <Line label="Trust files">
        <Facts
          rows={['trusted_root.json', 'signing_config.v0.2.json', 'client_trust_config.json', 'tuf/'].map(
            (name) =>
              [
                name,
                <a key={name} href={file(name)} className="whole">
                  {file(name)}
                </a>,
              ] as const,
          )}
        />
      </Line>
    </Page>
  );
}
