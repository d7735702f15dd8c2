-- Everything a summary counted, oldest first, and how many that is. $1 watch, $2 from, $3 until, $4 how many to pass by,
-- $5 how many to give.
SELECT id, verdict, reasons, facts, log_id AS "logId", entry_index::text AS index, happened_at AS "happenedAt",
       count(*) OVER ()::int AS total
FROM alert_alert
WHERE watch_id = $1::text::uuid AND created_at >= $2::text::timestamptz AND created_at < $3::text::timestamptz
ORDER BY created_at, log_id, entry_index
OFFSET $4::text::int LIMIT $5::text::int
