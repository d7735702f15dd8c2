-- What others watch of the entries that these alerts, and all that are one event with them, are about. $1 alerts, $2 team.
SELECT DISTINCT watch.kind, watch.value
FROM alert_alert alert
JOIN account_watch own ON own.id = alert.watch_id
JOIN alert_alert same ON same.event_id = alert.event_id
JOIN account_watch also ON also.id = same.watch_id AND also.team_id IS NOT DISTINCT FROM own.team_id
  AND (own.team_id IS NOT NULL OR also.email = own.email)
JOIN alert_alert other ON other.log_id = same.log_id AND other.entry_index = same.entry_index
JOIN account_watch watch ON watch.id = other.watch_id AND watch.state = 'confirmed'
  AND watch.team_id IS DISTINCT FROM $2::text::uuid
WHERE alert.id = ANY($1::text[]::uuid[])
