/** The hours that are kept of names, and what they should be: a count of the rows. */
import { expect } from 'vitest';
import type { Sql } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';

/** How many hours are kept; at least some, and each as the rows say. */
export async function expectTrueHours(sql: Sql): Promise<void> {
  const kept = await sql`
    SELECT h.name, h.seen_hour, h.signed_hour, h.entries, h.last_index FROM monitor_hour h ORDER BY 1, 2, 3`;
  const counted = await sql`
    SELECT n.id AS name, monitor_hour_of(i.seen_at) AS seen_hour, monitor_hour_of(coalesce(e.not_before, e.seen_at)) AS signed_hour,
      count(DISTINCT i.entry_index) AS entries, max(i.entry_index) AS last_index
    FROM monitor_name n
    JOIN (
      SELECT DISTINCT ON (log_id, entry_index, value) log_id, entry_index, value, seen_at, coalesce(exact, '') AS exact
      FROM monitor_identity ORDER BY log_id, entry_index, value, kind, coalesce(exact, '') COLLATE "C"
    ) i ON i.value = n.value AND i.log_id = n.log_id AND i.exact = n.exact
    JOIN monitor_entry e ON e.log_id = i.log_id AND e.entry_index = i.entry_index
      AND e.trust = n.trust AND coalesce(e.issuer, '') = n.issuer AND coalesce(e.source, '') = n.source
    WHERE n.by_hour GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;
  expect(kept.length).toBeGreaterThan(0);
  expect(kept).toEqual(counted);
}

/** Of all names with as many entries as a migration begins with. */
export async function keepHours(sql: Sql): Promise<void> {
  const names = await sql<
    { id: string }[]
  >`SELECT id::text AS id FROM monitor_name WHERE entries >= 64 AND NOT by_hour`;
  await sql.unsafe(namedSql('monitor-keep-hours'), [names.map(({ id }) => id)]);
}
