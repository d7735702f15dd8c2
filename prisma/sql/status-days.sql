-- How each of the last 90 days (UTC) went, as far as the monitor kept it. A slot is five minutes in which it looked at some
-- log. What was before the first slot that is kept is not known. $1 now
WITH bounds AS (
  SELECT date_trunc('day', $1::timestamptz, 'UTC') - interval '89 days' AS since,
         (SELECT min(at) FROM monitor_sample) AS first_at
), slots AS (
  SELECT date_trunc('day', at, 'UTC') AS day, count(DISTINCT at)::int AS watched
  FROM monitor_sample, bounds WHERE at >= since AND at <= $1 AND polled_at >= at - interval '5 minutes' GROUP BY 1
), canaries AS (
  SELECT date_trunc('day', asked_at, 'UTC') AS day, count(*)::int AS asked, count(seen_at)::int AS seen
  FROM monitor_canary, bounds
  WHERE asked_at >= since AND (seen_at IS NOT NULL OR asked_at < $1::timestamptz - interval '1 minute') GROUP BY 1
), opened AS (
  SELECT date_trunc('day', opened_at, 'UTC') AS day, count(*)::int AS incidents
  FROM monitor_incident, bounds WHERE opened_at >= since GROUP BY 1
)
SELECT to_char(days.day AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day,
       coalesce(slots.watched, 0) AS watched,
       CASE WHEN first_at IS NULL OR days.day + interval '1 day' <= first_at THEN 0
            ELSE ceil(extract(epoch FROM least($1, days.day + interval '1 day') - greatest(days.day, first_at)) / 300)::int
       END AS slots,
       coalesce(canaries.asked, 0) AS asked, coalesce(canaries.seen, 0) AS seen,
       coalesce(opened.incidents, 0) AS incidents
FROM bounds
CROSS JOIN LATERAL generate_series(since, $1, interval '1 day') AS days (day)
LEFT JOIN slots USING (day) LEFT JOIN canaries USING (day) LEFT JOIN opened USING (day)
ORDER BY days.day
