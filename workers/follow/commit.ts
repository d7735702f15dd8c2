/**
 * A verified batch becomes true: entries, identities, matches, alerts, mails and the cursor, in one transaction. Whatever
 * dies, and wherever, either all of it is there or none, and none is tried again.
 */
import { toHex } from '#lib/encoding/bytes.ts';
import type { Sql, Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import type { SignedHead } from '#lib/source/log-source.ts';
import { recordAlerts } from '../alert/record.ts';
import type { IndexedBatch } from '../match/indexed-batch.ts';
import { matchBatch } from '../match/match-batch.ts';
import { readWatchVersion, type CurrentWatches } from '../match/current-watches.ts';
import { seeCanaries } from '../tend/canary.ts';
import type { VerifiedBatch } from './entries.ts';
import { insertRows } from './entry-rows.ts';
import type { FollowedLog, Position } from './followed-log.ts';
import { countNames } from './names.ts';
import { settleStatement } from './statements.ts';

const moveCursor = namedSql('monitor-move-cursor');

export interface BatchToCommit {
  readonly log: FollowedLog & Pick<Position, 'historySize'>;
  readonly sizeBefore: bigint;
  readonly head: SignedHead;
  readonly batch: Omit<VerifiedBatch, 'entries'>;
  readonly indexed: IndexedBatch;
  readonly seenAt: Date;
}

export interface CommitDependencies {
  readonly sql: Sql;
  readonly watches: CurrentWatches;
}

/** False when another worker was first: nothing was written. */
export async function commitBatch(deps: CommitDependencies, commit: BatchToCommit): Promise<boolean> {
  return deps.sql.begin(async (transaction) => {
    if (!(await move(transaction, commit))) return false;
    await insert(transaction, commit);
    await recordCheckpoint(transaction, commit);
    if (commit.batch.range.size === commit.head.size)
      await seeCanaries(transaction, commit.log.id, commit.sizeBefore, commit.indexed);
    // Read in this transaction: a watch confirmed before it is in the index, whatever notification went astray.
    const index = await deps.watches.get(await readWatchVersion(transaction));
    const matches = matchBatch(index, commit.indexed, newsFrom(commit));
    await recordAlerts(transaction, commit.log, matches, commit.seenAt);
    return true;
  });
}

/** What a log held before it was added is found by who asks; nobody is told of it as if it were of today. */
function newsFrom({ log: { historySize = 0n }, sizeBefore }: BatchToCommit): number {
  return historySize <= sizeBefore ? 0 : Number(historySize - sizeBefore);
}

async function move(
  transaction: Transaction,
  { log, sizeBefore, head, batch, indexed, seenAt }: BatchToCommit,
) {
  const reachesHead = batch.range.size === head.size;
  const moved = await transaction.unsafe(moveCursor, [
    log.id,
    String(sizeBefore),
    String(batch.range.size),
    toHex(batch.range.root()),
    reachesHead ? head.evidence : null,
    batch.range.hashes.map(toHex),
    reachesHead ? (head.at ?? seenAt).toISOString() : null,
    String(indexed.unreadable.length),
    reachesHead ? 'following' : 'behind',
  ]);
  return moved.length === 1;
}

async function insert(
  transaction: Transaction,
  { log, sizeBefore: first, indexed, seenAt }: BatchToCommit,
): Promise<void> {
  await insertRows(transaction, indexed);
  const { names, signedHours } = indexed;
  await countNames(transaction, { logId: log.id, first, seenAt, signedHours }, names);
}

async function recordCheckpoint(
  transaction: Transaction,
  { log, head, batch }: BatchToCommit,
): Promise<void> {
  for (const statement of batch.settled) await settleStatement(transaction, log.id, statement);
  if (batch.range.size !== head.size) return;
  await transaction`
    INSERT INTO monitor_checkpoint (log_id, size, root, note, verified_at)
    VALUES (${log.id}, ${head.size}, ${head.root}, ${head.evidence}, now())
    ON CONFLICT (log_id, size, root) DO UPDATE SET verified_at = now() WHERE monitor_checkpoint.verified_at IS NULL`;
}
