-- Takes back what a team said for others of the entries of these alerts. $1 alerts, $2 team, $3 by.
UPDATE account_answer said SET undone_at = now(), undone_by = $3
FROM alert_alert alert
JOIN account_watch own ON own.id = alert.watch_id
JOIN alert_alert same ON same.event_id = alert.event_id
JOIN account_watch also ON also.id = same.watch_id AND also.team_id IS NOT DISTINCT FROM own.team_id
  AND (own.team_id IS NOT NULL OR also.email = own.email)
JOIN alert_alert other ON other.log_id = same.log_id AND other.entry_index = same.entry_index
WHERE alert.id = ANY($1::text[]::uuid[]) AND said.alert_id = other.id
  AND said.shared_by = $2::text::uuid AND said.undone_at IS NULL
RETURNING said.alert_id
