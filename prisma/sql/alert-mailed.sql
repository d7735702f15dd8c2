-- What the mail about an event says of each watch that it matched and that is told to one address, worst first.
-- $1 the alert that the mail is about.
SELECT watch.id AS watch_id, watch.team_id, watch.kind, watch.value, watch.stop_token,
       (array_agg(alert.id ORDER BY verdict.rank DESC, alert.happened_at))[1] AS alert_id,
       (array_agg(alert.verdict ORDER BY verdict.rank DESC, alert.happened_at))[1] AS verdict,
       (array_agg(alert.reasons ORDER BY verdict.rank DESC, alert.happened_at))[1] AS reasons
FROM alert_alert first
JOIN account_watch own ON own.id = first.watch_id
JOIN alert_alert alert ON alert.event_id = first.event_id
JOIN account_watch watch ON watch.id = alert.watch_id AND watch.email = own.email
  AND watch.team_id IS NOT DISTINCT FROM own.team_id
CROSS JOIN LATERAL (
  SELECT array_position(ARRAY['expected', 'notable', 'unexpected', 'contradiction'], alert.verdict) AS rank) verdict
WHERE first.id = $1
GROUP BY watch.id, own.id
ORDER BY watch.id = own.id DESC, max(verdict.rank) DESC, watch.created_at
LIMIT 10
