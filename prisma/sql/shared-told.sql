-- Who is to be told of an answer that somebody gave for them, a row a watch: $1 alerts. `told`: was written to before.
SELECT watch.id AS watch_id, watch.team_id, watch.email, watch.value, watch.stop_token,
  count(*)::int AS alerts, min(alert.id::text) AS first,
  bool_or(alert.told_at IS NOT NULL) AS told,
  (array_agg(alert.log_id ORDER BY alert.happened_at DESC, alert.id))[1] AS log,
  (array_agg(alert.entry_index ORDER BY alert.happened_at DESC, alert.id))[1] AS index
FROM alert_alert alert JOIN account_watch watch ON watch.id = alert.watch_id
WHERE alert.id = ANY($1::uuid[])
GROUP BY watch.id
