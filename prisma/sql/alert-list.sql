-- What happened, as some teams see it, newest first: one row an event, with the gravest of its alerts and all its parts.
-- The state of an event is that of whatever of it still needs most: what was last said of an alert and stands, else open,
-- or auto-expected. $1 teams, $2 states, $3 verdicts, $4 watch, $5 since, $6 before (time), $7 before (id), $8 how many;
-- $9 one alert, with its event. Empty text and empty arrays ask for any.
SELECT shown.id, shown.watch_id, watch.team_id, watch.kind, watch.value, shown.log_id, shown.entry_index, shown.verdict,
       shown.reasons, shown.facts, shown.created_at, shown.happened_at, shown.event_id, first.id AS first_id,
       first.created_at::text AS created_text, event.state, answered.answer, answered.by AS answered_by,
       answered.at AS answered_at, event.count AS event_count, event.alerts AS part_count, parts.parts
FROM alert_alert first
JOIN account_watch own ON own.id = first.watch_id AND own.team_id = ANY($1::text[]::uuid[])
CROSS JOIN LATERAL (
  SELECT (array_agg(alert.id ORDER BY (alert.id::text = $9) DESC, grade.rank DESC, alert.created_at, alert.id))[1] AS shown_id,
         (array_agg(alert.verdict ORDER BY grade.rank DESC))[1] AS verdict,
         (array_agg(said.state ORDER BY array_position(
           ARRAY['open', 'not-mine', 'acknowledged', 'mine', 'resolved', 'auto-expected'], said.state)))[1] AS state,
         count(DISTINCT coalesce(nullif(alert.subject, ''), alert.id::text))::int AS count, count(*)::int AS alerts,
         max(alert.created_at) AS last
  FROM alert_alert alert
  JOIN account_watch also ON also.id = alert.watch_id AND also.team_id = own.team_id
  CROSS JOIN LATERAL (
    SELECT array_position(ARRAY['expected', 'notable', 'unexpected', 'contradiction'], alert.verdict) AS rank) grade
  LEFT JOIN LATERAL (
    SELECT answer FROM account_answer WHERE alert_id = alert.id AND undone_at IS NULL ORDER BY id DESC LIMIT 1
  ) standing ON true
  CROSS JOIN LATERAL (
    SELECT CASE WHEN standing.answer = 'reopened' THEN 'open'
                WHEN standing.answer IS NOT NULL THEN standing.answer
                WHEN alert.verdict = 'expected' THEN 'auto-expected'
                ELSE 'open' END AS state
  ) said
  WHERE alert.event_id = first.event_id
) event
JOIN alert_alert shown ON shown.id = event.shown_id
JOIN account_watch watch ON watch.id = shown.watch_id
LEFT JOIN LATERAL (
  SELECT said.answer, said.by, said.at FROM account_answer said
  WHERE said.alert_id = shown.id AND said.undone_at IS NULL ORDER BY said.id DESC LIMIT 1
) answered ON true
CROSS JOIN LATERAL (
  SELECT json_agg(json_build_object(
    'id', part.id, 'watch', json_build_object('id', part.watch_id, 'kind', part.kind, 'value', part.value), 'log', part.log_id,
    'index', part.entry_index::text, 'verdict', part.verdict, 'happenedAt', part.happened_at) ORDER BY part.happened_at, part.id) AS parts
  FROM (
    SELECT alert.id, alert.watch_id, also.kind, also.value, alert.log_id, alert.entry_index, alert.verdict, alert.happened_at
    FROM alert_alert alert JOIN account_watch also ON also.id = alert.watch_id AND also.team_id = own.team_id
    WHERE alert.event_id = first.event_id ORDER BY alert.created_at, alert.id LIMIT 50
  ) part
) parts
WHERE CASE WHEN $9::text <> '' THEN first.id::text = $9 ELSE NOT EXISTS (
    SELECT 1 FROM alert_alert earlier JOIN account_watch also ON also.id = earlier.watch_id AND also.team_id = own.team_id
    WHERE earlier.event_id = first.event_id AND (earlier.created_at, earlier.id) < (first.created_at, first.id))
  END
  AND (cardinality($2::text[]) = 0 OR event.state = ANY($2::text[]))
  AND (cardinality($3::text[]) = 0 OR event.verdict = ANY($3::text[]))
  AND ($4::text = '' OR EXISTS (
    SELECT 1 FROM alert_alert part WHERE part.event_id = first.event_id AND part.watch_id = nullif($4, '')::uuid))
  AND ($5::text = '' OR event.last >= nullif($5, '')::timestamptz)
  AND ($6::text = '' OR (first.created_at, first.id) < (nullif($6, '')::timestamptz, nullif($7::text, '')::uuid))
ORDER BY first.created_at DESC, first.id DESC
LIMIT $8::text::int
