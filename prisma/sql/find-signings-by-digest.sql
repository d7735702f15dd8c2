-- As find-signings-by-identity.sql, for everyone who signed one artifact.
-- $1 digest · $2 which trust, comma between · $3 issuer · $4 repository · $5 since · $6, $7, $8 last row before · $9 rows
WITH matching AS NOT MATERIALIZED (
  SELECT e.*
  FROM monitor_entry e
  JOIN monitor_log l ON l.id = e.log_id AND l.kind <> 'ct'
  WHERE e.digest = $1::bytea
    AND e.trust = ANY (string_to_array($2::text, ','))
    AND ($3::text IS NULL OR e.issuer = $3)
    AND ($4::text IS NULL OR EXISTS (
      SELECT 1 FROM monitor_identity r
      WHERE r.log_id = e.log_id AND r.entry_index = e.entry_index AND r.kind = 'repository' AND r.value = $4
    ))
    AND ($5::timestamptz IS NULL OR e.seen_at >= $5)
), page AS (
  SELECT m.log_id, m.entry_index, m.seen_at, m.kind, m.digest_algorithm, encode(m.digest, 'hex') AS digest, m.trust,
    m.issuer, m.not_before, m.not_after, m.serial, m.source, m.claims,
    (SELECT jsonb_agg(jsonb_build_object('kind', x.kind, 'value', x.value, 'exact', coalesce(x.exact, x.value)) ORDER BY x.kind, x.value)
     FROM monitor_identity x WHERE x.log_id = m.log_id AND x.entry_index = m.entry_index) AS identities
  FROM matching m
  WHERE $6::timestamptz IS NULL OR m.seen_at < $6
    OR (m.seen_at = $6 AND (m.log_id > $7::text OR (m.log_id = $7 AND m.entry_index < $8::bigint)))
  ORDER BY m.seen_at DESC, m.log_id, m.entry_index DESC
  LIMIT $9::int
)
SELECT (SELECT count(*) FROM matching) AS total,
  coalesce((SELECT jsonb_agg(to_jsonb(page) ORDER BY page.seen_at DESC, page.log_id, page.entry_index DESC) FROM page), '[]') AS rows
