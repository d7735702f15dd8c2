-- When an identity signed, by day and hour (UTC) of the signing itself, and where it signed from for the first time.
-- Bounded however often it signs: the newest $3 rows, and up to ten of every hour in which we saw any, found by skipping
-- from hour to hour along monitor_identity_value_idx; so a count of ten means ten or more.
-- $1 identity value · $2 from · $3 newest rows · $4 rows looked at in an hour
WITH RECURSIVE hour (at) AS (
  SELECT date_trunc('hour', (
    SELECT i.seen_at FROM monitor_identity i
    WHERE hashtextextended(i.value, 0) = hashtextextended($1::text, 0) AND coalesce(i.value = $1, false)
      AND i.seen_at >= $2::timestamptz
    ORDER BY i.seen_at DESC LIMIT 1), 'UTC')
  UNION ALL
  SELECT date_trunc('hour', (
    SELECT i.seen_at FROM monitor_identity i
    WHERE hashtextextended(i.value, 0) = hashtextextended($1, 0) AND coalesce(i.value = $1, false)
      AND i.seen_at >= $2 AND (i.seen_at, i.log_id) < (hour.at, '')
    ORDER BY i.seen_at DESC LIMIT 1), 'UTC')
  FROM hour WHERE hour.at IS NOT NULL
), newest AS MATERIALIZED (
  SELECT i.log_id, i.entry_index FROM monitor_identity i
  WHERE hashtextextended(i.value, 0) = hashtextextended($1, 0) AND coalesce(i.value = $1, false) AND i.seen_at >= $2
  ORDER BY i.seen_at DESC LIMIT $3::int
), looked AS (
  SELECT newest.log_id, newest.entry_index, coalesce(e.not_before, e.seen_at) AS at
  FROM newest
  JOIN monitor_log l ON l.id = newest.log_id AND l.kind <> 'ct'
  JOIN monitor_entry e ON e.log_id = newest.log_id AND e.entry_index = newest.entry_index
    AND e.trust IN ('trusted', 'unknown', 'none')
  UNION
  SELECT few.log_id, few.entry_index, few.at
  FROM hour CROSS JOIN LATERAL (
    SELECT row.log_id, row.entry_index, coalesce(e.not_before, e.seen_at) AS at
    FROM (
      SELECT i.log_id, i.entry_index FROM monitor_identity i
      WHERE hashtextextended(i.value, 0) = hashtextextended($1, 0) AND coalesce(i.value = $1, false)
        AND i.seen_at >= hour.at AND (i.seen_at, i.log_id) < (hour.at + interval '1 hour', '')
      ORDER BY i.seen_at DESC LIMIT $4::int
    ) row
    JOIN monitor_log l ON l.id = row.log_id AND l.kind <> 'ct'
    JOIN monitor_entry e ON e.log_id = row.log_id AND e.entry_index = row.entry_index
      AND e.trust IN ('trusted', 'unknown', 'none')
    LIMIT 10
  ) few
  WHERE (SELECT count(*) FROM newest) = $3
), signing AS (
  SELECT at, log_id, entry_index FROM looked WHERE at >= $2
), mark AS (
  SELECT date_trunc('hour', at, 'UTC') AS hour, least(count(*), 10) AS signatures,
    (array_agg(log_id ORDER BY at DESC, log_id, entry_index))[1] AS log,
    (array_agg(entry_index ORDER BY at DESC, log_id, entry_index))[1] AS index
  FROM signing GROUP BY 1
), source AS (
  SELECT DISTINCT ON (n.issuer, n.source) n.issuer, n.source, n.log_id, n.first_index, n.first_seen_at
  FROM monitor_name n
  JOIN monitor_log l ON l.id = n.log_id AND l.kind <> 'ct'
  WHERE n.id BETWEEN monitor_name_low($1) AND monitor_name_high($1) AND n.value = $1
    AND n.trust IN ('trusted', 'unknown', 'none')
  ORDER BY n.issuer, n.source, n.first_seen_at, n.first_index
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
