-- From now on the hours of these names are kept, beginning with what they signed so far. $1 names. A name's log is locked
-- by the batch that asks, so nothing is added meanwhile.
WITH kept AS (
  UPDATE monitor_name SET by_hour = true WHERE id = ANY ($1::text[]::uuid[]) AND NOT by_hour RETURNING id
)
INSERT INTO monitor_hour (name, seen_hour, signed_hour, entries, last_index)
SELECT kept.id, hour.seen, hour.signed, count(DISTINCT hour.entry_index), max(hour.entry_index)
FROM kept
CROSS JOIN LATERAL (
  SELECT monitor_hour_of(i.seen_at) AS seen, monitor_hour_of(coalesce(e.not_before, e.seen_at)) AS signed, i.entry_index
  FROM monitor_identity i
  JOIN monitor_entry e ON e.log_id = i.log_id AND e.entry_index = i.entry_index
  WHERE i.name = kept.id
  OFFSET 0
) hour
GROUP BY 1, 2, 3
