-- One alert with the event it belongs to and the answer that counts. $1: the alert.
SELECT alert.id, alert.verdict, alert.reasons, alert.facts, alert.mail_id, event.count, event.first, event.last,
       said.answer, said.by AS answered_by, said.at AS answered_at
FROM alert_alert alert
CROSS JOIN LATERAL (
  SELECT count(*)::int AS count, min(same.happened_at) AS first, max(same.happened_at) AS last
  FROM alert_alert same WHERE same.id = alert.id OR same.mail_id = alert.mail_id
) event
LEFT JOIN LATERAL (
  SELECT answer, by, at FROM account_answer
  WHERE alert_id = alert.id AND undone_at IS NULL ORDER BY id DESC LIMIT 1
) said ON true
WHERE alert.id = $1
