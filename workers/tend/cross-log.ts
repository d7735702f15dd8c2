/**
 * What one kind of log has and the other has not: a certificate nobody signed with is the first trace of a stolen login, a
 * signature whose certificate was never published is one its authority hid. Asked of each entry once, some time after, since
 * the two come seconds apart, and once the logs that should have it were read to their end since then: an outage, of theirs
 * or of ours, delays it and passes over nothing. Taken back when the other turns up.
 */
import type { Sql } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';

const keepSql = namedSql('monitor-keep-comparisons');
const findSql = namedSql('monitor-find-cross-log');
const withdrawSql = namedSql('monitor-withdraw-cross-log');

/** Some tens of milliseconds. */
const comparedAtOnce = 2_000;
/** Of every five seconds: whoever follows and tells goes first. */
const longestMs = 1_000;

export async function compareLogs(sql: Sql, afterMs: number): Promise<void> {
  await sql.unsafe(keepSql);
  await sql.unsafe(withdrawSql);
  const until = Date.now() + longestMs;
  const logs = await sql<{ id: string }[]>`SELECT id FROM monitor_log ORDER BY random()`;
  for (const { id } of logs) await compareOne(sql, id, afterMs, until);
}

async function compareOne(sql: Sql, logId: string, afterMs: number, until: number): Promise<void> {
  do {
    const [row] = await sql.unsafe<{ compared: number }[]>(findSql, [logId, String(afterMs), comparedAtOnce]);
    if (row === undefined || row.compared < comparedAtOnce) return;
  } while (Date.now() < until);
}
