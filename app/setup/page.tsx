import type { Metadata } from 'next';
import { dependencies } from '../dependencies.ts';
import { Command } from '../ui/command.tsx';
import { Fact, Facts, Line, Opening, Page } from '../ui/ledger.tsx';
import { readSetup } from './setup.ts';

export const metadata: Metadata = { title: 'Sign with this instance' };

// The checksum in the lines is of what is served now.
export const dynamic = 'force-dynamic';

export default async function SetupPage() {
  const { once, lasting, trustFiles } = await readSetup(dependencies());
  return (
    <Page>
      <Opening label="Sign">
        <h1>Sign with this instance</h1>
        <p className="lead">
          Your address and the digest of the file become public for ever, in this instance’s log. The file
          itself never leaves your machine.
        </p>
      </Opening>
      {once.map(({ client, lines }) => (
        <Line key={client} label={client}>
          <Command wraps lines={lines} />
        </Line>
      ))}
      <Line label="For good">
        <p>
          One line points a client at this instance for good. It checks the digest of the first root, so this
          page is all that must be trusted.
        </p>
        {lasting === null && (
          <p>The certificate authority does not answer, so the digest is not known now.</p>
        )}
        {lasting?.map(({ client, line }) => (
          <section key={client}>
            <h3>{client}</h3>
            <Command wraps lines={[line]} />
          </section>
        ))}
      </Line>
      <Line label="Trust files">
        <Facts>
          {trustFiles.map((url) => (
            <Fact key={url} label={url.replace(/^.*?([^/]+\/?)$/, '$1')}>
              <a href={url} className="whole">
                {url}
              </a>
            </Fact>
          ))}
        </Facts>
      </Line>
    </Page>
  );
}
