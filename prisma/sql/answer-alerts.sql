-- Adds an answer to alerts and to all that are one event with them, unless it is what stands already. What it contradicts
-- is taken back. $1 alerts, $2 answer, $3 by, $4 via, $5 reason or empty, $6 the watches that who answers may answer for, or
-- none: all of the team. Gives the alerts it was new to. What was said too soon to be heard (account_heard_answer) gives
-- way to the same said in time.
WITH event AS (
  SELECT DISTINCT same.id
  FROM alert_alert alert
  JOIN account_watch own ON own.id = alert.watch_id
  JOIN alert_alert same ON same.event_id = alert.event_id
  JOIN account_watch also ON also.id = same.watch_id AND also.team_id IS NOT DISTINCT FROM own.team_id
    AND (own.team_id IS NOT NULL OR also.email = own.email)
    AND (cardinality($6::text[]) = 0 OR also.id::text = ANY($6::text[]))
  WHERE alert.id = ANY($1::text[]::uuid[])
), standing AS (
  SELECT event.id, latest.answer,
    latest.answer = 'mine' AND NOT EXISTS (SELECT 1 FROM account_heard_answer heard WHERE heard.id = latest.id)
      AND ($4 <> 'mail' OR now() >= told.told_at + interval '60 seconds') AS was_too_soon
  FROM event JOIN alert_alert told ON told.id = event.id LEFT JOIN LATERAL (
    SELECT id, answer FROM account_answer WHERE alert_id = event.id AND undone_at IS NULL ORDER BY id DESC LIMIT 1
  ) latest ON true
), taken_back AS (
  UPDATE account_answer SET undone_at = now(), undone_by = $3
  WHERE alert_id IN (SELECT id FROM event) AND undone_at IS NULL
    AND ((answer, $2) IN (('mine', 'not-mine'), ('not-mine', 'mine'))
      OR answer = $2 AND alert_id IN (SELECT id FROM standing WHERE was_too_soon))
)
INSERT INTO account_answer (alert_id, answer, by, via, reason)
SELECT id, $2, $3, $4, nullif($5::text, '') FROM standing WHERE answer IS DISTINCT FROM $2 OR was_too_soon
RETURNING alert_id
