-- One page of what an identity signed, newest first, and how many there are in all, in one snapshot.
-- $1 identity value · $2 which trust, comma between · $3 issuer · $4 repository · $5 digest · $6 since ·
-- $7, $8, $9 the last row of the page before: seen_at, log_id, entry_index · $10 rows · $11 log · $12 before ·
-- $13 source, '' for none. The total is added up from monitor_name where that keeps what is asked for, else counted.
WITH named AS MATERIALIZED (
  -- Kept for every name: how often and when, by trust, issuer and repository. A name that signs all day is not counted
  -- anew, and what it never did is not looked for among all it did.
  SELECT coalesce(sum(n.entries), 0) AS total, min(n.first_seen_at) AS first_at, max(n.last_seen_at) AS last_at
  FROM monitor_name n
  JOIN monitor_log l ON l.id = n.log_id AND l.kind <> 'ct'
  WHERE n.id BETWEEN monitor_name_low($1::text) AND monitor_name_high($1::text) AND n.value = $1::text
    AND n.trust = ANY (string_to_array($2::text, ','))
    AND ($3::text IS NULL OR n.issuer = $3)
    AND ($11::text IS NULL OR n.log_id = $11)
    AND ($13::text IS NULL OR n.source = $13)
), matching AS NOT MATERIALIZED (
  SELECT i.seen_at, i.log_id, i.entry_index
  FROM monitor_identity i
  JOIN monitor_log l ON l.id = i.log_id AND l.kind <> 'ct'
  JOIN monitor_entry e ON e.log_id = i.log_id AND e.entry_index = i.entry_index
  -- The index holds hashes of names, the name itself decides. The planner must not take the two for independent, or it
  -- believes in a handful of rows and sorts all that a busy name has; the same goes for issuer and source below.
  WHERE hashtextextended(i.value, 0) = hashtextextended($1::text, 0) AND coalesce(i.value = $1::text, false)
    AND ($2::text <> 'untrusted' OR i.forged) AND ($2::text = 'untrusted' OR NOT i.forged)
    -- As rows, since the planner takes two unknown bounds of one column for a narrow range.
    AND (i.seen_at, i.log_id) >= ((SELECT first_at FROM named), '')
    AND (i.seen_at, i.log_id) <= ((SELECT last_at FROM named), '~')
    -- An entry may carry the same words as two kinds of identity; it is still one entry.
    AND NOT EXISTS (
      SELECT 1 FROM monitor_identity other
      WHERE other.log_id = i.log_id AND other.entry_index = i.entry_index AND other.value = i.value AND other.kind < i.kind
    )
    AND e.trust = ANY (string_to_array($2::text, ','))
    AND ($3::text IS NULL OR coalesce(e.issuer = $3, false))
    AND ($4::text IS NULL OR EXISTS (
      SELECT 1 FROM monitor_identity r
      WHERE r.log_id = e.log_id AND r.entry_index = e.entry_index AND r.kind = 'repository' AND r.value = $4
    ))
    AND ($5::bytea IS NULL OR e.digest = $5)
    AND ($6::timestamptz IS NULL OR i.seen_at >= $6)
    AND ($11::text IS NULL OR i.log_id = $11)
    AND ($12::timestamptz IS NULL OR i.seen_at < $12)
    AND ($13::text IS NULL OR coalesce(coalesce(e.source, '') = $13, false))
), page AS (
  SELECT m.log_id, m.entry_index, m.seen_at
  FROM matching m
  WHERE ($7::timestamptz IS NULL OR m.seen_at <= $7)
    AND ($7 IS NULL OR m.seen_at < $7
      OR (m.seen_at = $7 AND (m.log_id > $8::text OR (m.log_id = $8 AND m.entry_index < $9::bigint))))
  ORDER BY m.seen_at DESC, m.log_id, m.entry_index DESC
  LIMIT $10::int
), shown AS (
  SELECT p.log_id, p.entry_index, p.seen_at, e.kind, e.digest_algorithm, encode(e.digest, 'hex') AS digest, e.trust,
    e.issuer, e.not_before, e.not_after, e.serial, e.source, e.claims,
    (SELECT jsonb_agg(jsonb_build_object('kind', x.kind, 'value', x.value, 'exact', coalesce(x.exact, x.value)) ORDER BY x.kind, x.value)
     FROM monitor_identity x WHERE x.log_id = p.log_id AND x.entry_index = p.entry_index) AS identities
  FROM page p
  JOIN monitor_entry e ON e.log_id = p.log_id AND e.entry_index = p.entry_index
)
SELECT CASE WHEN $4::text IS NULL AND $5::bytea IS NULL AND $6::timestamptz IS NULL AND $12::timestamptz IS NULL
         THEN (SELECT total FROM named)
         ELSE (SELECT count(*) FROM matching) END AS total,
  coalesce((SELECT jsonb_agg(to_jsonb(shown) ORDER BY shown.seen_at DESC, shown.log_id, shown.entry_index DESC) FROM shown), '[]') AS rows
