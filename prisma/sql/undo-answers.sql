-- Takes back every answer that stands, of alerts and of all that are one event with them. $1 alerts, $2 by, $3 when.
UPDATE account_answer said SET undone_at = $3::text::timestamptz, undone_by = $2
FROM alert_alert alert
JOIN alert_alert same ON same.id = alert.id
  OR (same.watch_id = alert.watch_id AND same.group_key = alert.group_key AND same.mail_id = alert.mail_id)
WHERE alert.id = ANY($1::text[]::uuid[]) AND said.alert_id = same.id AND said.undone_at IS NULL
RETURNING said.alert_id
