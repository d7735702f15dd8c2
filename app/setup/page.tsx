import type { Metadata } from 'next';
import { dependencies } from '../dependencies.ts';
import { Command } from '../ui/command.tsx';
import { Fact, Facts, Line, Opening, Page } from '../ui/ledger.tsx';
import { clientLines } from './client-lines.ts';

export const metadata: Metadata = { title: 'Sign with this instance' };

const trustFiles = ['trusted_root.json', 'signing_config.v0.2.json', 'client_trust_config.json', 'tuf/'];

export default function SetupPage() {
  const { config } = dependencies();
  return (
    <Page>
      <Opening label="Sign">
        <h1>Sign with this instance</h1>
        <p className="lead">
          Your address and the digest of the file become public for ever, in this instance’s log. The file
          itself never leaves your machine.
        </p>
      </Opening>
      {clientLines(config).map(({ client, lines }) => (
        <Line key={client} label={client}>
          <Command lines={lines} />
        </Line>
      ))}
      <Line label="Trust files">
        <Facts>
          {trustFiles.map((name) => (
            <Fact key={name} label={name}>
              <a href={`${config.ca.url}/${name}`} className="whole">{`${config.ca.url}/${name}`}</a>
            </Fact>
          ))}
        </Facts>
      </Line>
    </Page>
  );
}
