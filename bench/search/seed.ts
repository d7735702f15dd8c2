/** Millions of entries as workers/follow leaves them, written by the database itself: the indexes come last. */
import type { Sql } from '#lib/server/database.ts';
import { repositories } from '../follow/population.ts';

export const logId = 'rekor2-bench';
const atOnce = 500_000;

const indexes = `
  SELECT indexname, indexdef FROM pg_indexes
  WHERE tablename IN ('monitor_entry', 'monitor_identity', 'monitor_name') AND indexname NOT LIKE '%_pkey'`;

/** `rank`: small numbers often, as in bench/follow/population.ts. A batch of the monitor has one time: $5 and after, $6 apart. */
const entriesSql = `
  INSERT INTO monitor_entry (log_id, entry_index, leaf_hash, kind, digest_algorithm, digest, certificate_key, trust, issuer,
                             not_before, not_after, serial, source, claims, seen_at)
  SELECT $1, i, sha256(('leaf' || i)::bytea), 'hashedrekord', 'SHA2_256', sha256(('file' || i)::bytea),
         sha256(('cert' || i)::bytea), CASE WHEN i % 5000 = 0 THEN 'untrusted' ELSE 'trusted' END,
         CASE WHEN i % 97 = 0 THEN 'https://gitlab.example' ELSE 'https://token.actions.githubusercontent.com' END,
         at, at + interval '10 minutes', lpad(to_hex(i), 24, '0'), 'github.com/acme' || rank % 1500 || '/project-' || rank,
         json_build_object('sourceRepositoryRef', 'refs/heads/main', 'buildTrigger', 'push',
                           'runInvocationUri', 'https://github.com/acme/project/actions/runs/' || i, 'runnerEnvironment', 'github-hosted'),
         at
  FROM (SELECT i, least(floor(exp(random() * ln($4::int + 1)) - 1)::int, $4::int - 1) AS rank,
               $5::timestamptz + i / $7::int * $6::interval AS at
        FROM generate_series($2::bigint, $3::bigint) AS i) AS made`;

const identitiesSql = `
  INSERT INTO monitor_identity (log_id, entry_index, kind, value, seen_at, name)
  SELECT log_id, entry_index, identity.kind, identity.value, seen_at,
         monitor_name_id(identity.value, log_id, trust, issuer, source, '') FROM monitor_entry,
  LATERAL (VALUES ('repository', source),
    ('uri', 'https://' || source || '/.github/workflows/release.yml@refs/heads/main')) AS identity (kind, value)
  WHERE entry_index BETWEEN $1 AND $2`;

const namesSql = `
  INSERT INTO monitor_name (id, kind, value, log_id, trust, issuer, source, entries, first_index, last_index, first_seen_at, last_seen_at)
  SELECT i.name, min(i.kind), i.value, e.log_id, e.trust, e.issuer, e.source, count(*), min(e.entry_index), max(e.entry_index),
         min(e.seen_at), max(e.seen_at)
  FROM monitor_identity i JOIN monitor_entry e USING (log_id, entry_index)
  WHERE e.log_id = $1
  GROUP BY i.name, i.value, e.log_id, e.trust, e.issuer, e.source`;

const hoursSql = `
  WITH kept AS (UPDATE monitor_name SET by_hour = true WHERE log_id = $1 AND entries >= 64 RETURNING id)
  INSERT INTO monitor_hour (name, seen_hour, signed_hour, entries, last_index)
  SELECT i.name, monitor_hour_of(i.seen_at), monitor_hour_of(e.not_before), count(*), max(i.entry_index)
  FROM kept JOIN monitor_identity i ON i.name = kept.id JOIN monitor_entry e USING (log_id, entry_index)
  GROUP BY 1, 2, 3`;

/** When the entries were seen: so many of them at one moment, and from one moment to the next so long. */
export interface Pace {
  readonly from: Date;
  readonly batch: number;
  readonly apart: string;
}

export const seenFrom = Date.parse('2026-01-01T00:00:00Z');
const catchingUp: Pace = { from: new Date(seenFrom), batch: 4096, apart: '1 second' };

/** True in a place that was kept. */
export async function isSeeded(sql: Sql): Promise<boolean> {
  return (await sql`SELECT 1 FROM monitor_log WHERE id = ${logId}`).length > 0;
}

export async function seedEntries(sql: Sql, count: number, pace = catchingUp): Promise<void> {
  await sql`
    INSERT INTO monitor_log (id, kind, name, url, origin, public_key, state, verified_size)
    VALUES (${logId}, 'rekor-v2', 'bench', 'http://bench', 'log.bench', '', 'following', ${count})`;
  const made = await sql.unsafe<{ indexname: string; indexdef: string }[]>(indexes);
  for (const { indexname } of made) await sql.unsafe(`DROP INDEX ${indexname}`);
  for (let from = 0; from < count; from += atOnce) {
    const to = Math.min(from + atOnce, count) - 1;
    await sql.unsafe(entriesSql, [logId, from, to, repositories, pace.from, pace.apart, pace.batch]);
    await sql.unsafe(identitiesSql, [from, to]);
    process.stderr.write(`${to + 1} entries\n`);
  }
  await sql.unsafe(namesSql, [logId]);
  await sql.unsafe(hoursSql, [logId]);
  await sql`SET maintenance_work_mem = '512MB'`;
  for (const { indexdef } of made) await sql.unsafe(indexdef);
  await sql.unsafe('VACUUM ANALYZE monitor_entry, monitor_identity, monitor_name, monitor_hour, monitor_log');
}

/** The log of certificates beside it, as it is for an authority whose log is read: a certificate for each entry. */
export async function seedCertificates(sql: Sql): Promise<void> {
  const id = 'ct-bench';
  await sql`
    INSERT INTO monitor_log (id, kind, name, url, origin, public_key, state, verified_size)
    SELECT ${id}, 'ct', 'certificates', 'http://bench/ct', 'ct.bench', public_key, state, verified_size
    FROM monitor_log WHERE id = ${logId}`;
  await sql`
    INSERT INTO monitor_entry (log_id, entry_index, leaf_hash, kind, certificate_key, trust, issuer, not_before, not_after, serial,
                               source, claims, seen_at)
    SELECT ${id}, entry_index, leaf_hash, 'precertificate', certificate_key, trust, issuer, not_before, not_after, serial,
           source, claims, seen_at FROM monitor_entry WHERE log_id = ${logId} ORDER BY entry_index`;
  await sql`
    INSERT INTO monitor_identity (log_id, entry_index, kind, value, seen_at, name)
    SELECT ${id}, i.entry_index, i.kind, i.value, i.seen_at, monitor_name_id(i.value, ${id}, e.trust, e.issuer, e.source, '')
    FROM monitor_identity i JOIN monitor_entry e USING (log_id, entry_index) WHERE i.log_id = ${logId} ORDER BY i.entry_index`;
  await sql.unsafe('VACUUM ANALYZE monitor_entry, monitor_identity, monitor_log');
  await sql.unsafe(namesSql, [id]);
  await sql.unsafe(hoursSql, [id]);
  await sql.unsafe('VACUUM ANALYZE monitor_name, monitor_hour');
}
