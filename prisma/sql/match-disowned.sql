-- Which of these watches have an alert of which somebody said that the signature was not theirs, as the last word on it: an
-- answer taken back or an incident that was closed is none. $1 watches
SELECT DISTINCT alert.watch_id
FROM alert_alert alert
JOIN account_answer said ON said.alert_id = alert.id AND said.answer = 'not-mine' AND said.undone_at IS NULL
WHERE alert.watch_id = ANY ($1::uuid[])
  AND NOT EXISTS (
    SELECT 1 FROM account_answer later
    WHERE later.alert_id = alert.id AND later.id > said.id AND later.undone_at IS NULL AND later.answer = 'resolved')
