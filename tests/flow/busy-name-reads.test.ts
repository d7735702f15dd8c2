/**
 * A page about a name that signs all day reads its newest rows, not all of them. Most names sign less, from which
 * the planner concludes that any name has as few rows, and would read and sort them all: 60,000 of one name beside 300 names of 200 each.
 * Counted in blocks that were looked at, not in time.
 */
import { beforeAll, expect, test } from 'vitest';
import type { Sql } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { freshDatabase } from '../harness/database.ts';

const busy = 'github.com/acme/app';
const entries = 120_000;

const fill = [
  `INSERT INTO monitor_log (id, kind, name, url, origin, public_key, state, verified_size)
   VALUES ('log', 'rekor-v2', 'log', 'http://log', 'log', '', 'following', ${entries})`,
  `INSERT INTO monitor_entry (log_id, entry_index, leaf_hash, kind, trust, issuer, not_before, source, claims, seen_at)
   SELECT 'log', i, sha256(('leaf' || i)::bytea), 'hashedrekord', 'trusted', 'https://issuer.example', at,
     CASE WHEN i % 2 = 0 THEN '${busy}' ELSE 'github.com/some/project-' || i % 600 END, '{"buildTrigger":"push"}', at
   FROM (SELECT i, now() - interval '1 minute' * (${entries} - i) AS at FROM generate_series(0, ${entries} - 1) AS i) AS made`,
  `INSERT INTO monitor_identity (log_id, entry_index, kind, value, seen_at, name)
   SELECT log_id, entry_index, 'repository', source, seen_at, monitor_name_id(source, log_id, trust, issuer, source, '')
   FROM monitor_entry`,
  `INSERT INTO monitor_name
     (id, kind, value, log_id, trust, issuer, source, entries, first_index, last_index, first_seen_at, last_seen_at)
   SELECT i.name, 'repository', i.value, e.log_id, e.trust, e.issuer, e.source, count(*), min(e.entry_index),
     max(e.entry_index), min(e.seen_at), max(e.seen_at)
   FROM monitor_identity i JOIN monitor_entry e USING (log_id, entry_index)
   GROUP BY i.name, i.value, e.log_id, e.trust, e.issuer, e.source`,
  'VACUUM ANALYZE monitor_entry, monitor_identity, monitor_name, monitor_log',
];

let sql: Sql;
beforeAll(async () => {
  ({ sql } = await freshDatabase());
  for (const statement of fill) await sql.unsafe(statement);
}, 120_000);

const nothing = (count: number): null[] => Array.from({ length: count }, () => null);
const reads: Record<string, { given: (string | number | null | string[])[]; atMost: number }> = {
  'find-builds': { given: [busy, 250], atMost: 2000 },
  'find-signings-by-identity': { given: [busy, 'trusted', ...nothing(7), 50, ...nothing(6)], atMost: 1500 },
  'find-neighbours': {
    given: [busy, new Date(Date.now() - 3_600_000).toISOString(), 'log', 50_000],
    atMost: 100,
  },
  'match-history': { given: [[busy], 'log', String(entries), '10'], atMost: 300 },
  'watch-preview': { given: [[busy], '', '', '', '5', ''], atMost: 300 },
};

test.each(Object.entries(reads))(
  '%s of a busy name looks at few blocks',
  async (statement, { given, atMost }) => {
    const [row] = await sql.unsafe<{ 'QUERY PLAN': { Plan: Record<string, number> }[] }[]>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${namedSql(statement)}`,
      given,
    );
    const plan = row?.['QUERY PLAN'][0]?.Plan ?? {};
    expect((plan['Shared Hit Blocks'] ?? Infinity) + (plan['Shared Read Blocks'] ?? Infinity)).toBeLessThan(
      atMost,
    );
  },
);
