/**
 * Entries that were indexed before the reader learned more of them (fingerprints, repositories) are read again: fetched
 * from their log, held against the leaf hashes that were verified at the time, and what is new of them kept. A batch at a
 * time beside all other work; the row of the log says how far. Nobody is told of anything by it.
 */
import { equal } from '#lib/encoding/bytes.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import type { Sql, Transaction } from '#lib/server/database.ts';
import type { Logger } from '#lib/server/logger.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { SourceError } from '#lib/source/log-source.ts';
import type { TrustedAuthority } from '#lib/trust/trusted-root.ts';
import { insertRows } from '../follow/entry-rows.ts';
import { loadLog, type FollowedLog, type Position } from '../follow/followed-log.ts';
import type { OpenSource } from '../follow/sources.ts';
import { EntryBatchWriter, entryCount, type EntryBatch } from '../match/entry-batch.ts';
import type { IndexedBatch } from '../match/indexed-batch.ts';
import type { IndexingThreads } from '../match/indexing-threads.ts';

const countRange = namedSql('monitor-count-range');
const countHoursOfRange = namedSql('monitor-count-hours-of-range');
const settleHours = namedSql('monitor-settle-hours');
const nameAnew = namedSql('monitor-name-anew');
const renewEntries = namedSql('monitor-renew-entries');
const renewSigners = namedSql('monitor-renew-signers');
const addIdentities = namedSql('monitor-add-identities');

const entriesAtOnce = 1024n;

export interface RereadDependencies {
  readonly sql: Sql;
  readonly logger: Logger;
  readonly openSource: OpenSource;
  readonly indexing: IndexingThreads;
  readonly authorities: () => readonly TrustedAuthority[];
}

/** One batch of one log; true when there was one. A log that does not answer is left for another time. */
export async function rereadSome(deps: RereadDependencies): Promise<boolean> {
  const [due] = await deps.sql<{ id: string; from: bigint; until: bigint }[]>`
    SELECT id, reread_from AS from, reread_until AS until FROM monitor_log
    WHERE reread_from < reread_until AND named_from = 0 AND state IN ('following', 'behind', 'frozen')
    ORDER BY random() LIMIT 1`;
  const log = due && (await loadLog(deps.sql, due.id));
  if (due === undefined || log === undefined) return false;
  try {
    const to = due.until - due.from > entriesAtOnce ? due.from + entriesAtOnce : due.until;
    const entries = await readAgain(deps, log, due.from, to);
    const batch = { logId: log.id, kind: log.kind, entries, seenAt: new Date() };
    const next = due.from + BigInt(entryCount(entries));
    const indexed = await deps.indexing.index(batch, deps.authorities());
    await deps.sql.begin((transaction) =>
      renew(transaction, { logId: log.id, from: due.from, next, indexed }),
    );
    return true;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    deps.logger.warn({ log: log.id, reason: error.message }, 'entries are not read again for now');
    return false;
  }
}

/** At least one entry, each the one that was verified. */
async function readAgain(
  { sql, openSource }: RereadDependencies,
  log: FollowedLog & Position,
  from: bigint,
  to: bigint,
): Promise<EntryBatch> {
  const known = await sql<{ leaf_hash: Buffer }[]>`
    SELECT leaf_hash FROM monitor_entry
    WHERE log_id = ${log.id} AND entry_index >= ${from} AND entry_index < ${to} ORDER BY entry_index`;
  const served = await openSource(log).entries(from, to, log.verified.size);
  const hashes = served.map(({ leaf }) => leafHash(leaf));
  for (const [place, hash] of hashes.entries()) {
    const verified = known[place]?.leaf_hash;
    if (verified === undefined || !equal(hash, verified))
      throw new SourceError('malformed', `entry ${from + BigInt(place)} is not the one that was verified`);
  }
  const writer = new EntryBatchWriter();
  writer.add(served, hashes);
  return writer.end(from);
}

interface Renewal {
  readonly logId: string;
  readonly from: bigint;
  readonly next: bigint;
  readonly indexed: IndexedBatch;
}

async function renew(transaction: Transaction, { logId, from, next, indexed }: Renewal): Promise<void> {
  // Another worker may have been first: then nothing is left to do.
  const moved = await transaction`
    UPDATE monitor_log SET reread_from = ${next} WHERE id = ${logId} AND reread_from = ${from} RETURNING 1`;
  if (moved.length === 0) return;
  const count = (sign: 1 | -1) =>
    transaction.unsafe<{ id: string }[]>(countRange, [logId, String(from), String(next), String(sign)]);
  const countHours = (sign: 1 | -1) =>
    transaction.unsafe<{ name: string }[]>(countHoursOfRange, [
      logId,
      String(from),
      String(next),
      String(sign),
    ]);
  const before = await count(-1);
  const hoursBefore = await countHours(-1);
  await transaction`CREATE TEMPORARY TABLE reread_entry (LIKE monitor_entry) ON COMMIT DROP`;
  await transaction`CREATE TEMPORARY TABLE reread_identity (LIKE monitor_identity) ON COMMIT DROP`;
  await transaction`CREATE TEMPORARY TABLE reread_signer (LIKE monitor_signer) ON COMMIT DROP`;
  const into = { entries: 'reread_entry', identities: 'reread_identity', signers: 'reread_signer' };
  await insertRows(transaction, indexed, into);
  await transaction.unsafe(renewEntries);
  await transaction.unsafe(renewSigners);
  await transaction.unsafe(addIdentities);
  await transaction.unsafe(nameAnew, [logId, String(from), String(next)]);
  await count(1);
  await countHours(1);
  await transaction.unsafe(settleHours, [
    [...new Set(hoursBefore.map(({ name }) => name))],
    String(from),
    String(next),
  ]);
  await transaction`DELETE FROM monitor_name WHERE id = ANY(${before.map(({ id }) => id)}::uuid[]) AND entries <= 0`;
}
