-- As find-signings-by-identity.sql, for everyone who signed one artifact, or a statement about it. One signing is one row,
-- that of the entry seen first: an event may stand in several logs, and a leaf several times in one.
-- Or for who signed with one certificate. $1 digest, or null · $2 which trust, comma between · $3 issuer · $4 repository · $5 since · $6, $7, $8 last row before · $9 rows ·
-- $10 fingerprint of the certificate, or null
WITH asked AS (
  SELECT (CASE length($1::bytea) WHEN 48 THEN 'sha384' WHEN 64 THEN 'sha512' ELSE 'sha256' END)
    || ':' || encode($1::bytea, 'hex') AS value
), places AS (
  SELECT e.log_id, e.entry_index FROM monitor_entry e WHERE e.digest = $1::bytea
  UNION
  SELECT i.log_id, i.entry_index
  FROM asked
  JOIN monitor_name n ON n.id BETWEEN monitor_name_low(asked.value) AND monitor_name_high(asked.value)
    AND n.value = asked.value
  JOIN monitor_identity i ON i.name = n.id AND i.value = asked.value
  UNION
  SELECT c.log_id, c.entry_index FROM monitor_signed c WHERE c.certificate_hash = $10::bytea
), matching AS MATERIALIZED (
  SELECT DISTINCT ON (event.certificate, event.digest, event.leaf, s.trust) e.log_id, e.entry_index, s.signer, e.seen_at
  FROM places
  JOIN monitor_entry e ON e.log_id = places.log_id AND e.entry_index = places.entry_index
  JOIN monitor_log l ON l.id = e.log_id AND l.kind <> 'ct'
  -- Of several signers the best of those asked for: an entry is one row.
  CROSS JOIN LATERAL (
    SELECT signed.* FROM monitor_signed signed
    WHERE signed.log_id = e.log_id AND signed.entry_index = e.entry_index
      AND signed.trust = ANY (string_to_array($2::text, ',')) AND ($3::text IS NULL OR signed.issuer = $3)
      AND ($10 IS NULL OR signed.certificate_hash = $10)
    ORDER BY signed.signer LIMIT 1
  ) s
  -- Only an authority makes two entries with one certificate one event: anyone can copy an untrusted one.
  CROSS JOIN LATERAL (SELECT s.trust = 'trusted' AND s.certificate_key IS NOT NULL AS is_certified) AS known
  CROSS JOIN LATERAL (
    SELECT CASE WHEN is_certified THEN s.certificate_key END AS certificate,
      CASE WHEN is_certified THEN e.digest END AS digest, CASE WHEN NOT is_certified THEN e.leaf_hash END AS leaf
  ) AS event
  WHERE ($4::text IS NULL OR EXISTS (
      SELECT 1 FROM monitor_identity r
      WHERE r.log_id = e.log_id AND r.entry_index = e.entry_index AND r.kind = 'repository' AND r.value = $4
    ))
    AND ($5::timestamptz IS NULL OR e.seen_at >= $5)
  ORDER BY event.certificate, event.digest, event.leaf, s.trust, e.seen_at, e.log_id, e.entry_index
), page AS (
  SELECT m.log_id, m.entry_index, m.seen_at, e.kind, e.digest_algorithm, encode(e.digest, 'hex') AS digest, s.trust,
    s.issuer, s.not_before, s.not_after, s.serial, s.source, s.claims,
    (SELECT jsonb_agg(
       jsonb_build_object('kind', x.kind, 'value', x.value, 'exact', coalesce(x.exact, x.value), 'trust', y.trust)
       ORDER BY x.signer <> m.signer, x.signer, x.kind, x.value)
     FROM monitor_identity x
     JOIN monitor_signed y ON y.log_id = x.log_id AND y.entry_index = x.entry_index AND y.signer = x.signer
     WHERE x.log_id = m.log_id AND x.entry_index = m.entry_index) AS identities
  FROM (
    SELECT * FROM matching m
    WHERE $6::timestamptz IS NULL OR m.seen_at < $6
      OR (m.seen_at = $6 AND (m.log_id > $7::text OR (m.log_id = $7 AND m.entry_index < $8::bigint)))
    ORDER BY m.seen_at DESC, m.log_id, m.entry_index DESC
    LIMIT $9::int
  ) m
  JOIN monitor_entry e ON e.log_id = m.log_id AND e.entry_index = m.entry_index
  JOIN monitor_signed s ON s.log_id = m.log_id AND s.entry_index = m.entry_index AND s.signer = m.signer
)
SELECT (SELECT count(*) FROM matching) AS total,
  coalesce((SELECT jsonb_agg(to_jsonb(page) ORDER BY page.seen_at DESC, page.log_id, page.entry_index DESC) FROM page), '[]') AS rows
