import { toHex } from '#lib/encoding/bytes.ts';
import type { EntryProof } from '#lib/verify/entry-proof.ts';
import { Fact, Facts } from '../ui/ledger.tsx';
import { Mark } from '../ui/mark.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import { grouped, plural } from '../ui/time.ts';
import { AuditPath } from './audit-path.tsx';
import type { LoggedEntry } from './store.ts';

interface Shown {
  readonly entry: LoggedEntry;
  readonly proof: EntryProof;
}

/** The verdict on "is it really in the log", then every value a doubter needs to redo it. */
export function ProofReport({ entry, proof }: Shown) {
  return (
    <>
      <ProofVerdict entry={entry} proof={proof} />
      <Facts>
        <Fact label="Log">
          <Stranger text={entry.log.name} />
        </Fact>
        <Fact label="Log entry">{grouped(entry.signing.index)}</Fact>
        <Fact label="Leaf hash">
          <Hash value={entry.leafHash} />
        </Fact>
        <Fact label="First seen by us">
          <Time at={entry.signing.seenAt} />
        </Fact>
      </Facts>
      {proof.outcome === 'proved' && (
        <>
          <AuditPath
            leafHash={entry.leafHash}
            steps={proof.steps}
            index={BigInt(entry.signing.index)}
            size={proof.head.size}
          />
          {entry.log.kind !== 'ct' && (
            <p>
              <a
                href={`/e/${encodeURIComponent(entry.log.id)}/${entry.signing.index}/evidence.zip`}
                rel="nofollow"
              >
                Evidence to keep (ZIP)
              </a>
              : the proof, the trust root, and a program that checks them without us.
            </p>
          )}
        </>
      )}
    </>
  );
}

function ProofVerdict({ entry: { log }, proof }: Shown) {
  switch (proof.outcome) {
    case 'proved':
      return (
        <div className="notice good">
          <Mark tone="good" word="Proved just now" />
          <p>
            We fetched this entry from the log, hashed it, and joined it with{' '}
            {plural(proof.steps.length, 'hash', 'hashes')} from the log. The result is the root that the log
            signed for {plural(proof.head.size, 'entry', 'entries')}
            {log.checkpointAt !== null && (
              <>
                {' '}
                (<Time at={log.checkpointAt} />)
              </>
            )}
            .
          </p>
        </div>
      );
    case 'contradicted':
      return (
        <div className="notice bad">
          <Mark tone="bad" word="The log contradicts itself" />
          <p>{proof.words} Keep this page: the values below are evidence.</p>
        </div>
      );
    case 'not-covered':
      return (
        <div className="notice warn">
          <Mark tone="warn" word="Not proved yet" />
          <p>The newest checkpoint we verified covers {grouped(proof.size)} entries; this one comes after.</p>
        </div>
      );
    case 'not-checked':
      return (
        <div className="notice warn">
          <Mark tone="warn" word="Could not check just now" />
          <p>
            The log did not give us what the proof needs (<Stranger text={proof.words} />
            ). What we know: when we read this entry, we recomputed the log’s root from it and every entry
            before it, and it was the root the log had signed.
          </p>
        </div>
      );
  }
}

function Hash({ value }: { value: Uint8Array }) {
  return <code className="whole">{toHex(value)}</code>;
}
