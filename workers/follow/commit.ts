/**
 * A verified batch becomes true: entries, identities, matches, alerts, mails and the cursor, in one transaction. Whatever
 * dies, and wherever, either all of it is there or none, and none is tried again.
 */
import { toHex } from '#lib/encoding/bytes.ts';
import type { Sql, Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import type { SignedHead } from '#lib/source/log-source.ts';
import { recordAlerts } from '../alert/record.ts';
import type { IndexedEntry } from '../match/indexed-entry.ts';
import { matchBatch } from '../match/match-batch.ts';
import { readWatchVersion, type CurrentWatches } from '../match/watch-index.ts';
import type { VerifiedBatch } from './entries.ts';
import type { FollowedLog } from './followed-log.ts';

const moveCursor = namedSql('monitor-move-cursor');
const insertEntries = namedSql('monitor-insert-entries');
const insertIdentities = namedSql('monitor-insert-identities');

export interface BatchToCommit {
  readonly log: FollowedLog;
  readonly sizeBefore: bigint;
  readonly head: SignedHead;
  readonly batch: VerifiedBatch;
  readonly entries: readonly IndexedEntry[];
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
    // Read in this transaction: a watch confirmed before it is in the index, whatever notification went astray.
    const index = await deps.watches.get(await readWatchVersion(transaction));
    await recordAlerts(transaction, commit.log, matchBatch(index, commit.entries), commit.seenAt);
    return true;
  });
}

async function move(transaction: Transaction, { log, sizeBefore, head, batch, entries }: BatchToCommit) {
  const reachesHead = batch.range.size === head.size;
  const unparsable = entries.filter(({ haystack }) => haystack !== undefined).length;
  const moved = await transaction.unsafe(moveCursor, [
    log.id,
    String(sizeBefore),
    String(batch.range.size),
    toHex(batch.range.root()),
    reachesHead ? head.evidence : null,
    batch.range.hashes.map(toHex),
    (head.at ?? new Date()).toISOString(),
    String(unparsable),
    reachesHead ? 'following' : 'behind',
  ]);
  return moved.length === 1;
}

async function insert(transaction: Transaction, { log, entries, seenAt }: BatchToCommit): Promise<void> {
  const column = (value: (entry: IndexedEntry) => string | undefined) =>
    entries.map((entry) => value(entry) ?? null);
  await transaction.unsafe(insertEntries, [
    log.id,
    seenAt.toISOString(),
    column(({ index }) => String(index)),
    column(({ leafHash }) => toHex(leafHash)),
    column(({ kind }) => kind),
    column(({ trust }) => trust),
    column(({ digestAlgorithm }) => digestAlgorithm),
    column(({ digest }) => digest && toHex(digest)),
    column(({ certificateKey }) => certificateKey && toHex(certificateKey)),
    column(({ issuer }) => issuer),
    column(({ notBefore }) => notBefore?.toISOString()),
    column(({ notAfter }) => notAfter?.toISOString()),
    column(({ serial }) => serial),
    column(({ source }) => source),
    column(({ claims }) => JSON.stringify(claims)),
  ]);
  const rows = entries.flatMap((entry) => entry.identities.map((identity) => ({ entry, identity })));
  if (rows.length === 0) return;
  const isSignature = log.kind !== 'ct';
  await transaction.unsafe(insertIdentities, [
    log.id,
    seenAt.toISOString(),
    rows.map(({ entry }) => String(entry.index)),
    rows.map(({ identity }) => identity.kind),
    rows.map(({ identity }) => identity.value),
    rows.map(({ entry }) => entry.issuer ?? ''),
    rows.map(({ entry }) => entry.source ?? ''),
    rows.map(({ entry }) => String(isSignature && isGenuine(entry))),
  ]);
}

/** A bare key signs as itself; a name in a certificate needs an authority behind it. */
function isGenuine({ trust }: IndexedEntry): boolean {
  return trust === 'trusted' || trust === 'none';
}

async function recordCheckpoint(
  transaction: Transaction,
  { log, head, batch }: BatchToCommit,
): Promise<void> {
  if (batch.range.size !== head.size) return;
  await transaction`
    INSERT INTO monitor_checkpoint (log_id, size, root, note)
    VALUES (${log.id}, ${head.size}, ${head.root}, ${head.evidence})
    ON CONFLICT DO NOTHING`;
}
