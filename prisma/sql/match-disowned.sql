-- Which of these watches have an alert of which somebody said, and did not take back, that the signature was not theirs.
-- $1 watches
SELECT DISTINCT alert.watch_id
FROM alert_alert alert
JOIN account_answer said ON said.alert_id = alert.id AND said.answer = 'not-mine' AND said.undone_at IS NULL
WHERE alert.watch_id = ANY ($1::uuid[])
