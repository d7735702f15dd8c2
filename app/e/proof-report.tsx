import { toHex } from '#lib/encoding/bytes.ts';
import type { EntryProof } from '#lib/verify/entry-proof.ts';
import { Fact, Facts } from '../ui/ledger.tsx';
import { Mark } from '../ui/mark.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import { grouped } from '../ui/time.ts';
import { AuditPath, PathWords } from './audit-path.tsx';
import type { LoggedEntry } from './store.ts';
import { isCheckable } from './verify-here.tsx';

interface Shown {
  readonly entry: LoggedEntry;
  readonly proof: EntryProof;
}

/** The verdict on "is it really in the log", then every value a doubter needs to redo it. */
export function ProofReport({ entry, proof }: Shown) {
  return (
    <>
      <ProofVerdict entry={entry} proof={proof} />
      <Drawing entry={entry} proof={proof} />
      <Facts>
        <Fact label="Log">
          <Stranger text={entry.log.name} />, entry {grouped(entry.signing.index)}
        </Fact>
        <Fact label="Leaf hash">
          <code className="whole">{toHex(entry.leafHash)}</code>
        </Fact>
        <Fact label="First seen by us">
          <Time at={entry.signing.seenAt} />
        </Fact>
      </Facts>
      {proof.outcome === 'proved' && entry.log.kind !== 'ct' && (
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
  );
}

/** Beside the drawing stand the steps that the reader's browser takes: app/client/verify-entry.tsx fills these places. */
function Drawing({ entry: { log, leafHash, signing }, proof }: Shown) {
  const path =
    proof.outcome === 'proved'
      ? { leafHash, steps: proof.steps, index: BigInt(signing.index), size: proof.head.size }
      : undefined;
  if (path === undefined && !isCheckable(log)) return null;
  return (
    <div className="path-figure">
      <div id="entry-path">{path !== undefined && <AuditPath path={path} by="server" />}</div>
      <div className="path-checks stack">
        <ol id="entry-steps" className="checks" aria-label="Steps taken by this browser" />
        <div id="entry-bundle-place" />
      </div>
      <div id="entry-path-words">{path !== undefined && <PathWords path={path} by="server" />}</div>
    </div>
  );
}

function ProofVerdict({ entry: { log }, proof }: Shown) {
  switch (proof.outcome) {
    case 'proved':
      return (
        <p className="soft">
          <Mark tone="quiet" word="Our word: proved just now" />
          {log.checkpointAt !== null && (
            <>
              , against the log’s checkpoint of <Time at={log.checkpointAt} />
            </>
          )}
          .{' '}
          {isCheckable(log) && 'In pencil is what we found; what your browser finds itself, it draws in ink.'}
        </p>
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
