/**
 * What one kind of log has and the other has not: a certificate nobody signed with is the first trace of a stolen login, a
 * signature whose certificate was never published is one its authority hid. Asked some time after, since the two come
 * seconds apart, and an hour later still while a log that should have it is not read to its end (the query says which).
 * Taken back when the other turns up.
 */
import type { Sql } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';

const findSql = namedSql('monitor-find-cross-log');
const withdrawSql = namedSql('monitor-withdraw-cross-log');

export async function compareLogs(sql: Sql, afterMs: number): Promise<void> {
  await sql.unsafe(withdrawSql);
  await sql.unsafe(findSql, [String(afterMs)]);
}
