/**
 * Counts into monitor_name what a log held before that table was kept (monitor_log.named_from), a little at a time beside
 * all other work: an index of billions needs days, and goes on where it stopped.
 */
import type { Sql } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';

const recountSql = namedSql('monitor-recount-names');

/** True while something is left. */
export async function recountNames(sql: Sql, entriesAtOnce: number): Promise<boolean> {
  const moved = await sql.unsafe(recountSql, [String(entriesAtOnce)]);
  return moved.length > 0;
}
