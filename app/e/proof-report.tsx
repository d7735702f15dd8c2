import { toHex } from '#lib/encoding/bytes.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
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
          <AuditPath leafHash={entry.leafHash} steps={proof.steps} index={BigInt(entry.signing.index)} />
          <Steps entry={entry} proof={proof} />
          <Raw title="The checkpoint the log signed" text={proof.head.evidence} />
          <Raw title="The entry as the log keeps it" text={leafText(proof.leaf)} />
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

function Steps({ entry, proof }: { entry: LoggedEntry; proof: EntryProof & { outcome: 'proved' } }) {
  return (
    <details>
      <summary>Every step with its values</summary>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard */}
      <section className="scroll" aria-label="Steps of the proof" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Joined with</th>
              <th scope="col">Gives</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">0</th>
              <td>SHA-256(0x00 ‖ entry)</td>
              <td>
                <Hash value={entry.leafHash} />
              </td>
            </tr>
            {proof.steps.map((step, at) => (
              <tr key={toHex(step.parent)}>
                <th scope="row">{at + 1}</th>
                <td>
                  {step.siblingSide} <Hash value={step.sibling} />
                </td>
                <td>
                  <Hash value={step.parent} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="hint">
        Each step is SHA-256(0x01 ‖ left ‖ right), RFC 6962 §2.1. The last one is the signed root.
      </p>
    </details>
  );
}

function Raw({ title, text }: { title: string; text: string }) {
  return (
    <details>
      <summary>{title}</summary>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard */}
      <pre className="command" tabIndex={0}>
        {text.split('\n').map((line, at) => (
          // eslint-disable-next-line react/no-array-index-key -- lines have no other name
          <span key={at}>
            <bdi>{visible(line)}</bdi>
            {'\n'}
          </span>
        ))}
      </pre>
    </details>
  );
}

function Hash({ value }: { value: Uint8Array }) {
  return <code className="whole">{toHex(value)}</code>;
}

/** Rekor entries are JSON; others are shown as bytes. */
function leafText(leaf: Uint8Array): string {
  try {
    return JSON.stringify(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(leaf)), null, 2);
  } catch {
    return (toHex(leaf).match(/.{1,96}/g) ?? []).join('\n');
  }
}

/** Raw data is shown whole, but as inert as everything else. */
function visible(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  return indent + visibleText(line.slice(indent.length), 100_000);
}
