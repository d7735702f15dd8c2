-- How many entries of each log were verified in a span: by how much the verified size grew between the checkpoints known
-- at its ends, and for how long nobody looked. $1 from, $2 until.
SELECT log.name,
       greatest(coalesce(after.size, 0) - coalesce(before.size, log.start_size), 0)::float8 AS entries,
       coalesce(after.size, 0)::float8 AS size,
       coalesce(blind.seconds, 0)::float8 AS blind_seconds
FROM monitor_log log
LEFT JOIN LATERAL (
  SELECT max(size) AS size FROM monitor_checkpoint
  WHERE log_id = log.id AND verified_at < $2::text::timestamptz AND size <= log.verified_size
) after ON true
LEFT JOIN LATERAL (
  SELECT max(size) AS size FROM monitor_checkpoint
  WHERE log_id = log.id AND verified_at < $1::text::timestamptz AND size <= log.verified_size
) before ON true
LEFT JOIN LATERAL (
  SELECT sum(extract(epoch FROM least(until_at, $2::text::timestamptz) - greatest(from_at, $1::text::timestamptz))) AS seconds
  FROM monitor_blind
  WHERE log_id = log.id AND from_at < $2::text::timestamptz AND until_at > $1::text::timestamptz
) blind ON true
WHERE log.state <> 'retired'
ORDER BY log.name
