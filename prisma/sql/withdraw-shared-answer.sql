-- Takes back what a team said for others of the entries of these alerts. $1 alerts, $2 team, $3 by.
UPDATE account_answer said SET undone_at = now(), undone_by = $3
FROM alert_alert alert
JOIN alert_alert same ON same.id = alert.id
  OR (same.watch_id = alert.watch_id AND same.group_key = alert.group_key AND same.mail_id = alert.mail_id)
JOIN alert_alert other ON other.log_id = same.log_id AND other.entry_index = same.entry_index
WHERE alert.id = ANY($1::text[]::uuid[]) AND said.alert_id = other.id
  AND said.shared_by = $2::text::uuid AND said.undone_at IS NULL
RETURNING said.alert_id
