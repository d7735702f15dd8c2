-- What was not expected of one watch, an event a row, by the first alert of each. $1 watch, $2 how many.
SELECT first.id, first.verdict, first.reasons, first.facts, first.created_at AS "createdAt", event.count,
       event.latest AS "changedAt"
FROM alert_alert first
CROSS JOIN LATERAL (
  SELECT count(DISTINCT coalesce(nullif(subject, ''), id::text))::int AS count, max(created_at) AS latest FROM alert_alert
  WHERE event_id = first.event_id AND watch_id = first.watch_id
) event
WHERE first.watch_id = $1::text::uuid AND first.verdict IN ('unexpected', 'contradiction')
  AND NOT EXISTS (
    SELECT 1 FROM alert_alert earlier
    WHERE earlier.event_id = first.event_id AND earlier.watch_id = first.watch_id
      AND earlier.verdict IN ('unexpected', 'contradiction')
      AND (earlier.created_at, earlier.id) < (first.created_at, first.id))
ORDER BY first.created_at DESC, first.id
LIMIT $2::text::int
