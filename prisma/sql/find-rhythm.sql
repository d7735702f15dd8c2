-- When an identity signed, by day and hour (UTC) of the signing itself, and where it signed from for the first time. Out of
-- monitor_hour for what it signs often; what it signs seldom is read, of a name with very many such the newest $3.
-- $1 identity value · $2 from · $3 rows
WITH named AS MATERIALIZED (
  SELECT n.id, n.log_id, n.issuer, n.source, n.by_hour, n.last_index, n.first_index, n.first_seen_at, n.last_seen_at
  FROM monitor_name n
  JOIN monitor_log l ON l.id = n.log_id AND l.kind <> 'ct'
  WHERE n.id BETWEEN monitor_name_low($1::text) AND monitor_name_high($1::text) AND n.value = $1
    AND n.trust IN ('trusted', 'unknown', 'none')
), seldom AS (
  SELECT id FROM named WHERE NOT by_hour AND last_seen_at >= $2::timestamptz
  ORDER BY last_seen_at DESC, log_id, last_index DESC LIMIT $3::int
), signed AS (
  SELECT h.signed_hour AS hour, h.entries, n.log_id, h.last_index AS entry_index
  FROM named n
  -- Nothing is seen before it is signed, but for a clock that is off.
  JOIN monitor_hour h ON h.name = n.id AND h.seen_hour >= monitor_hour_of($2) - 1
  WHERE n.by_hour AND h.signed_hour >= monitor_hour_of($2)
  UNION ALL
  SELECT monitor_hour_of(coalesce(e.not_before, e.seen_at)), 1, i.log_id, i.entry_index
  FROM (
    SELECT DISTINCT row.log_id, row.entry_index, row.seen_at
    FROM seldom CROSS JOIN LATERAL (
      SELECT i.log_id, i.entry_index, i.seen_at FROM monitor_identity i
      WHERE i.name = seldom.id AND i.seen_at >= $2 - interval '1 hour'
      ORDER BY i.seen_at DESC, i.entry_index DESC LIMIT $3
    ) row
    ORDER BY row.seen_at DESC, row.log_id, row.entry_index DESC LIMIT $3
  ) i
  JOIN monitor_entry e ON e.log_id = i.log_id AND e.entry_index = i.entry_index
  WHERE coalesce(e.not_before, e.seen_at) >= $2
), mark AS (
  SELECT to_timestamp(hour * 3600::float8) AS hour, sum(entries) AS signatures,
    (array_agg(log_id ORDER BY entry_index DESC, log_id))[1] AS log, max(entry_index) AS index
  FROM signed GROUP BY 1
), source AS (
  SELECT DISTINCT ON (issuer, source) issuer, source, log_id, first_index, first_seen_at
  FROM named
  ORDER BY issuer, source, first_seen_at, first_index
), first AS (
  SELECT ranked.issuer, ranked.source, ranked.log_id AS log, ranked.first_index AS index,
    coalesce(e.not_before, e.seen_at) AS at
  FROM (
    SELECT *, row_number() OVER (ORDER BY first_seen_at, log_id, first_index) AS place FROM source
  ) ranked
  JOIN monitor_entry e ON e.log_id = ranked.log_id AND e.entry_index = ranked.first_index
  -- The first source of all is where the identity is known from, not a change.
  WHERE ranked.place > 1 AND coalesce(e.not_before, e.seen_at) >= $2
  ORDER BY at DESC LIMIT 200
)
SELECT coalesce((SELECT jsonb_agg(to_jsonb(mark) ORDER BY mark.hour) FROM mark), '[]') AS marks,
  coalesce((SELECT jsonb_agg(to_jsonb(first) ORDER BY first.at) FROM first), '[]') AS firsts
