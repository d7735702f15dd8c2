/**
 * From the verified position towards a head, batch by batch, each bound to the head before it is believed. Three things
 * go on at once: the next batch is fetched and hashed here, those before it are read on other threads, the one before those
 * is being committed. Commits keep their order, since each moves the cursor from where the one before it left it.
 */
import type { Sql } from '#lib/server/database.ts';
import type { LogSource, SignedHead } from '#lib/source/log-source.ts';
import type { WrongBytes } from '#lib/source/wrong-bytes.ts';
import type { CompactRange } from '#lib/merkle/compact-range.ts';
import type { TrustedAuthority } from '#lib/trust/trusted-root.ts';
import { release, type IndexedBatch } from '../match/indexed-batch.ts';
import type { IndexingThreads } from '../match/indexing-threads.ts';
import type { CurrentWatches } from '../match/current-watches.ts';
import { heldBytes, type EntryBatch } from '../match/entry-batch.ts';
import { commitBatch, type BatchToCommit } from './commit.ts';
import { batchEnd, readBatch, type Disbelief, type VerifiedBatch } from './entries.ts';
import type { FollowedLog, Position } from './followed-log.ts';
import { unverifiedStatements, type Statement } from './statements.ts';

export interface CatchUpDependencies {
  readonly sql: Sql;
  readonly watches: CurrentWatches;
  readonly indexing: IndexingThreads;
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
  readonly kind: 'reached' | 'overtaken' | Disbelief['kind'];
  readonly size: bigint;
  /** Signed like the head, and not the beginning of its tree: that is a fork without any doubt. */
  readonly contradicted?: Statement;
  readonly served?: WrongBytes | undefined;
}

/** How many verified batches may wait to be committed, and how many bytes of entries they may hold. */
const [batchesAhead, bytesAhead] = [3, 48 * 1024 * 1024];

/** Throws SourceError when the log gives no more; what was committed before stays. */
export async function catchUp(
  deps: CatchUpDependencies,
  { log, source, head, until }: CatchUp,
): Promise<Outcome> {
  const line = new CommitLine(deps);
  let from = log.verified;
  const readAhead = () => startReading(deps.sql, { log, source, head }, from);
  let reading = readAhead();
  for (;;) {
    const batch = await reading.catch(async (error: unknown) => {
      await line.finish();
      throw error;
    });
    if ('kind' in batch) return after(line, { ...batch, size: from.size });
    const { contradicted } = batch;
    if (contradicted !== undefined) return after(line, { kind: 'fork', size: from.size, contradicted });
    line.add({ log, sizeBefore: from.size, head, batch, seenAt: new Date() }, batch.entries);
    from = batch.range;
    if (batch.range.size === head.size || Date.now() >= until)
      return after(line, { kind: 'reached', size: from.size });
    const isFull = line.bytes > bytesAhead;
    if (!isFull) reading = readAhead();
    if (!(await line.shorten(batchesAhead, bytesAhead))) return { kind: 'overtaken', size: from.size };
    if (isFull) reading = readAhead();
  }
}

interface Indexing {
  readonly commit: Omit<BatchToCommit, 'indexed'>;
  readonly indexed: Promise<IndexedBatch>;
  readonly bytes: number;
}

/** Verified batches on their way into the database, in their order. */
class CommitLine {
  private readonly deps: CatchUpDependencies;
  private readonly waiting: Indexing[] = [];
  private committing: Promise<boolean> = Promise.resolve(true);
  bytes = 0;

  constructor(deps: CatchUpDependencies) {
    this.deps = deps;
  }

  add(commit: Omit<BatchToCommit, 'indexed'>, entries: EntryBatch): void {
    const { indexing, authorities } = this.deps;
    const { log, seenAt } = commit;
    const bytes = heldBytes(entries);
    const indexed = indexing.index({ logId: log.id, kind: log.kind, seenAt, entries }, authorities());
    // Awaited later; until then a failure is nobody's unhandled rejection.
    indexed.catch(() => undefined);
    this.bytes += bytes;
    this.waiting.push({ commit, indexed, bytes });
  }

  /** Commits until no more wait than that. False when another worker was first: nothing more is to be written. */
  async shorten(batches: number, bytes: number): Promise<boolean> {
    while (this.waiting.length > batches || (this.waiting.length > 0 && this.bytes > bytes)) {
      const next = this.waiting.shift();
      if (next === undefined) break;
      const indexed = await this.indexedOf(next);
      this.bytes -= next.bytes;
      if (!(await this.committing)) return false;
      this.committing = commitBatch(this.deps, { ...next.commit, indexed }).finally(() => release(indexed));
      this.committing.catch(() => undefined);
    }
    return true;
  }

  /** Commits everything. */
  async finish(): Promise<boolean> {
    return (await this.shorten(0, 0)) && (await this.committing);
  }

  /** Nothing of this line is under way any more when it fails. */
  private async indexedOf({ indexed }: Indexing): Promise<IndexedBatch> {
    return indexed.catch(async (error: unknown) => {
      await this.committing;
      throw error;
    });
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

async function after(line: CommitLine, outcome: Outcome): Promise<Outcome> {
  return (await line.finish()) ? outcome : { ...outcome, kind: 'overtaken' };
}
