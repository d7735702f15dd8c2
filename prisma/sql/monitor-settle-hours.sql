-- After a renewal of entries $2 to $3: hours of names $1 that lost all they had end, and where the last entry may have gone
-- to another hour or name it is looked for anew.
WITH ended AS (
  DELETE FROM monitor_hour WHERE name = ANY ($1::text[]::uuid[]) AND entries <= 0
)
UPDATE monitor_hour h
SET last_index = (
  SELECT max(i.entry_index) FROM monitor_identity i
  JOIN monitor_entry e ON e.log_id = i.log_id AND e.entry_index = i.entry_index
  WHERE i.name = h.name AND i.seen_at >= to_timestamp(h.seen_hour * 3600::float8) AND i.seen_at < to_timestamp((h.seen_hour + 1) * 3600::float8)
    AND monitor_hour_of(coalesce(e.not_before, e.seen_at)) = h.signed_hour)
WHERE h.name = ANY ($1::text[]::uuid[]) AND h.entries > 0
  AND h.last_index >= $2::text::bigint AND h.last_index < $3::text::bigint
