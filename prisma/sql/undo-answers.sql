-- Takes back the last answer that stands, of alerts and of all that are one event with them; what was answered before it
-- stands again, also where it was the opposite (answer-alerts.sql took that back at the same moment). $1 alerts, $2 by,
-- $3 when, $4 the watches that who undoes may answer for, or none: all of the team.
WITH standing AS (
  SELECT DISTINCT ON (same.id) said.id, same.event_id, coalesce(own.team_id::text, own.email) AS team,
    said.answer, said.by, said.at
  FROM alert_alert alert
  JOIN account_watch own ON own.id = alert.watch_id
  JOIN alert_alert same ON same.event_id = alert.event_id
  JOIN account_watch also ON also.id = same.watch_id AND also.team_id IS NOT DISTINCT FROM own.team_id
    AND (own.team_id IS NOT NULL OR also.email = own.email)
    AND (cardinality($4::text[]) = 0 OR also.id::text = ANY($4::text[]))
  JOIN account_answer said ON said.alert_id = same.id AND said.undone_at IS NULL
  WHERE alert.id = ANY($1::text[]::uuid[])
  ORDER BY same.id, said.id DESC
), last AS (
  -- One press is one row for each alert it was new to.
  SELECT DISTINCT ON (event_id, team) event_id, team, answer, by, at FROM standing ORDER BY event_id, team, id DESC
), undone AS (
  UPDATE account_answer said SET undone_at = $3::text::timestamptz, undone_by = $2
  FROM standing JOIN last USING (event_id, team, answer, by, at)
  WHERE said.id = standing.id AND said.undone_at IS NULL
  RETURNING said.id, said.alert_id, said.answer, said.at
), restored AS (
  UPDATE account_answer before SET undone_at = NULL, undone_by = NULL
  FROM undone
  WHERE before.alert_id = undone.alert_id AND before.id < undone.id AND before.undone_at = undone.at
    AND (before.answer, undone.answer) IN (('mine', 'not-mine'), ('not-mine', 'mine'))
)
SELECT alert_id FROM undone
