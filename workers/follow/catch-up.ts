/**
 * From the verified position towards a head, batch by batch, each bound to the head before it is believed. Three things
 * go on at once: the next batch is fetched and hashed, this one is parsed and its signatures checked, the one before is
 * being committed. Commits keep their order, since each moves the cursor from where the one before it left it.
 */
import type { Sql } from '#lib/server/database.ts';
import type { LogSource, SignedHead } from '#lib/source/log-source.ts';
import type { CompactRange } from '#lib/merkle/compact-range.ts';
import type { TrustedAuthority } from '#lib/trust/trusted-root.ts';
import { indexBatch } from '../match/index-batch.ts';
import type { CurrentWatches } from '../match/current-watches.ts';
import { commitBatch } from './commit.ts';
import { batchEnd, readBatch, type Disbelief, type VerifiedBatch } from './entries.ts';
import type { FollowedLog, Position } from './followed-log.ts';
import { unverifiedStatements, type Statement } from './statements.ts';

export interface CatchUpDependencies {
  readonly sql: Sql;
  readonly watches: CurrentWatches;
  readonly authorities: () => readonly TrustedAuthority[];
}

export interface CatchUp {
  readonly log: FollowedLog & Position;
  readonly source: LogSource;
  readonly head: SignedHead;
  /** As Date.now() tells it; at least one batch is done. */
  readonly until: number;
}

/** How it ended, and up to where everything is verified and committed. */
export interface Outcome {
  /** `overtaken`: another worker was first. */
  readonly kind: 'reached' | 'overtaken' | Disbelief;
  readonly size: bigint;
  /** Signed like the head, and not the beginning of its tree: that is a fork without any doubt. */
  readonly contradicted?: Statement;
}

/** Throws SourceError when the log gives no more; what was committed before stays. */
export async function catchUp(
  deps: CatchUpDependencies,
  { log, source, head, until }: CatchUp,
): Promise<Outcome> {
  let from = log.verified;
  const readAhead = (range: CompactRange) => startReading(deps.sql, { log, source, head }, range);
  let reading = readAhead(from);
  let committing: Promise<boolean> = Promise.resolve(true);
  for (;;) {
    const batch = await reading.catch(async (error: unknown) => {
      await committing;
      throw error;
    });
    if (typeof batch === 'string') return after(committing, { kind: batch, size: from.size });
    const { contradicted } = batch;
    if (contradicted !== undefined) return after(committing, { kind: 'fork', size: from.size, contradicted });
    const isLast = batch.range.size === head.size || Date.now() >= until;
    if (!isLast) reading = readAhead(batch.range);
    const entries = await indexBatch(log.kind, batch.entries, deps.authorities());
    if (!(await committing)) return { kind: 'overtaken', size: from.size };
    const commit = { log, sizeBefore: from.size, head, batch, entries, seenAt: new Date() };
    committing = commitBatch(deps, commit);
    // Awaited one batch later; until then a failure is nobody's unhandled rejection.
    committing.catch(() => undefined);
    from = batch.range;
    if (isLast) return after(committing, { kind: 'reached', size: from.size });
  }
}

function startReading(
  sql: Sql,
  { log, source, head }: Omit<CatchUp, 'until'>,
  from: CompactRange,
): Promise<VerifiedBatch | Disbelief> {
  const reading = unverifiedStatements(sql, log.id, from.size, batchEnd(from.size, head)).then((stated) =>
    readBatch(source, from, head, stated),
  );
  reading.catch(() => undefined);
  return reading;
}

async function after(committing: Promise<boolean>, outcome: Outcome): Promise<Outcome> {
  return (await committing) ? outcome : { ...outcome, kind: 'overtaken' };
}
