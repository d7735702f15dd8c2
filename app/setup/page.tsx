import type { Metadata } from 'next';
import { dependencies } from '../dependencies.ts';
import { Command } from '../ui/command.tsx';
import { Fact, Facts, Line, Opening, Page } from '../ui/ledger.tsx';
import { clientLines as lastingLines } from '#lib/trust/client-lines.ts';
import { clientLines } from './client-lines.ts';

export const metadata: Metadata = { title: 'Sign with this instance' };

const trustFiles = ['trusted_root.json', 'signing_config.v0.2.json', 'client_trust_config.json', 'tuf/'];

// The checksum in the lines is of what is served now.
export const dynamic = 'force-dynamic';

export default async function SetupPage() {
  const { config, firstRoot: readFirstRoot } = dependencies();
  const firstRoot = await readFirstRoot();
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
      <Line label="For good">
        <p>
          One line points a client at this instance for good. It checks the digest of the first root, so this
          page is all that must be trusted.
        </p>
        {firstRoot === undefined && (
          <p>The certificate authority does not answer, so the digest is not known now.</p>
        )}
        {firstRoot !== undefined &&
          lastingLines({ caUrl: config.ca.url, logUrl: config.log.url, firstRoot }).map(
            ({ client, line }) => (
              <section key={client}>
                <h3>{client}</h3>
                <Command lines={[line]} />
              </section>
            ),
          )}
      </Line>
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
