-- Alerts of some teams, newest first, with the state each is in: what was last said of it and stands, else open, or
-- auto-expected. $1 teams, $2 states, $3 verdicts, $4 watch, $5 since, $6 before (time), $7 before (id), $8 how many;
-- $9 one alert. Empty text and empty arrays ask for any.
SELECT alert.id, alert.watch_id, watch.team_id, watch.kind, watch.value, alert.log_id, alert.entry_index, alert.verdict,
       alert.reasons, alert.facts, alert.created_at, alert.happened_at, alert.created_at::text AS created_text, said.state,
       said.answer, said.by AS answered_by, said.at AS answered_at, event.count AS event_count
FROM alert_alert alert
JOIN account_watch watch ON watch.id = alert.watch_id AND watch.team_id = ANY($1::text[]::uuid[])
LEFT JOIN LATERAL (
  SELECT answer, by, at FROM account_answer
  WHERE alert_id = alert.id AND undone_at IS NULL ORDER BY id DESC LIMIT 1
) standing ON true
CROSS JOIN LATERAL (
  SELECT standing.answer, standing.by, standing.at,
         CASE WHEN standing.answer = 'reopened' THEN 'open'
              WHEN standing.answer IS NOT NULL THEN standing.answer
              WHEN alert.verdict = 'expected' THEN 'auto-expected'
              ELSE 'open' END AS state
) said
CROSS JOIN LATERAL (
  SELECT count(*)::int AS count FROM alert_alert same
  WHERE same.id = alert.id
     OR (same.watch_id = alert.watch_id AND same.group_key = alert.group_key AND same.mail_id = alert.mail_id)
) event
WHERE (cardinality($2::text[]) = 0 OR said.state = ANY($2::text[]))
  AND (cardinality($3::text[]) = 0 OR alert.verdict = ANY($3::text[]))
  AND ($4::text = '' OR alert.watch_id = nullif($4, '')::uuid)
  AND ($5::text = '' OR alert.created_at >= nullif($5, '')::timestamptz)
  AND ($6::text = '' OR (alert.created_at, alert.id) < (nullif($6, '')::timestamptz, nullif($7::text, '')::uuid))
  AND ($9::text = '' OR alert.id = nullif($9, '')::uuid)
ORDER BY alert.created_at DESC, alert.id DESC
LIMIT $8::text::int
