-- One alert with the event it belongs to, the answer that counts, and what else it matched of the watches that lead to the
-- address of a channel. $1: the alert, $2: the channel.
WITH reached AS (
  SELECT watch.id, watch.kind, watch.value
  FROM account_channel channel
  JOIN account_watch own ON own.id = channel.watch_id
  JOIN account_channel also ON also.id = channel.id
    OR (channel.place_key <> '' AND also.place_key = channel.place_key AND also.kind = channel.kind AND also.ended_at IS NULL
      AND also.confirmed_at IS NOT NULL)
  JOIN account_watch watch ON watch.id = also.watch_id AND watch.team_id IS NOT DISTINCT FROM own.team_id
    AND (own.team_id IS NOT NULL OR watch.email = own.email)
  WHERE channel.id = $2
), event AS (
  SELECT same.subject, same.happened_at, reached.kind, reached.value
  FROM alert_alert alert
  JOIN alert_alert same ON same.event_id = alert.event_id
  JOIN reached ON reached.id = same.watch_id
  WHERE alert.id = $1
)
SELECT alert.id, alert.verdict, alert.reasons, alert.facts, alert.event_id, event.count, event.first, event.last,
       coalesce(event.watches, '[]') AS watches, said.answer, said.by AS answered_by, said.at AS answered_at
FROM alert_alert alert
CROSS JOIN LATERAL (
  SELECT greatest(count(DISTINCT subject), 1)::int AS count, coalesce(min(happened_at), alert.happened_at) AS first,
         coalesce(max(happened_at), alert.happened_at) AS last,
         json_agg(DISTINCT jsonb_build_object('kind', kind, 'value', value)) AS watches
  FROM event
) event
LEFT JOIN LATERAL (
  SELECT answer, by, at FROM account_answer
  WHERE alert_id = alert.id AND undone_at IS NULL ORDER BY id DESC LIMIT 1
) said ON true
WHERE alert.id = $1
