-- The latest alert of each group: when it happened and which event it is of. $1 watches, $2 group keys.
SELECT asked.watch_id, asked.group_key, latest.event_id, latest.happened_at
FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS pair (watch_id, group_key)) asked
CROSS JOIN LATERAL (
  SELECT event_id, happened_at FROM alert_alert
  WHERE watch_id = asked.watch_id::uuid AND group_key = asked.group_key AND mail_id IS NOT NULL
  ORDER BY happened_at DESC LIMIT 1
) latest
