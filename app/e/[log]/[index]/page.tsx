import type { Metadata } from 'next';
import { dependencies } from '../../../dependencies.ts';
import { NoSuchEntry } from '../../no-such-entry.tsx';
import { Line, Opening, Page } from '../../../ui/ledger.tsx';
import { Stranger } from '../../../ui/text.tsx';
import { grouped } from '../../../ui/time.ts';
import {
  ArtifactFacts,
  BuildFacts,
  CertificateFacts,
  IdentityFacts,
  SourceFacts,
} from '../../entry-facts.tsx';
import { readEntryAddress } from '../../entry-number.ts';
import { Around } from '../../around.tsx';
import { findNeighbours } from '../../neighbours.ts';
import { OtherSigners } from '../../other-signers.tsx';
import { EntrySentence } from '../../entry-sentence.tsx';
import { proveAnew } from '../../proof-json.ts';
import { ProofReport } from '../../proof-report.tsx';
import { RawTabs } from '../../raw-tabs.tsx';
import { VerifyHere } from '../../verify-here.tsx';
import { findEntry, type LoggedEntry } from '../../store.ts';
import { witnessPolicyOf } from '../../witness-policy.ts';

interface Asked {
  readonly params: Promise<{ log: string; index: string }>;
}

export async function generateMetadata({ params }: Asked): Promise<Metadata> {
  return { title: `Entry ${(await params).index}`, robots: { index: false } };
}

export default async function EntryPage({ params }: Asked) {
  const { log: logText, index: indexText } = await params;
  const address = readEntryAddress(logText, indexText);
  if (address === undefined) return <NoSuchEntry />;
  const found = await findEntry(dependencies(), address.log, address.index);
  if (found === undefined) return <NoSuchEntry logName={address.log} />;
  const { log, entry } = found;
  if (entry === undefined) return <NotVerifiedYet log={log} index={address.index} />;
  const { signing } = entry;
  const { config } = dependencies();
  const [proof, near] = await Promise.all([
    proveAnew(dependencies(), entry),
    findNeighbours(dependencies(), signing),
  ]);
  return (
    <Page>
      <Opening label={`Entry ${grouped(address.index)}`}>
        <EntrySentence signing={signing} now={dependencies().now()} />
        <VerifyHere
          entry={entry}
          trustedRoot={`${config.ca.url}/trusted_root.json`}
          witnessPolicy={witnessPolicyOf(log, config)}
        />
      </Opening>
      <Line label="Identity">
        <IdentityFacts signing={signing} />
      </Line>
      {near !== undefined && <Around near={near} signing={signing} />}
      <SourceFacts signing={signing} />
      <BuildFacts signing={signing} />
      <ArtifactFacts signing={signing} />
      <CertificateFacts signing={signing} />
      <OtherSigners others={entry.others} />
      <Line label="Proof" id="proof">
        <ProofReport entry={entry} proof={proof} />
      </Line>
      {proof.outcome === 'proved' && (
        <Line label="Raw">
          <RawTabs entry={entry} proof={proof} />
        </Line>
      )}
    </Page>
  );
}

function NotVerifiedYet({ log, index }: { log: LoggedEntry['log']; index: bigint }) {
  return (
    <Page>
      <Opening label={`Entry ${grouped(index)}`}>
        <h1>We have not verified this entry</h1>
        <p className="lead">
          <Stranger text={log.name} /> has {grouped(log.verifiedSize)} verified entries
          {index < log.verifiedSize
            ? ', but this one was read before this instance kept entries.'
            : '. If the log has this entry, it appears here once its place in the log is proved.'}
        </p>
        <p>
          <a href={`/logs#${encodeURIComponent(log.id)}`}>State of this log</a>
        </p>
      </Opening>
    </Page>
  );
}
