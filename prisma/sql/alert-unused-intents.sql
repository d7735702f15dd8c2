-- Intents that ended a while ago without all the signatures they announced, for each watch of their team that is for the
-- same name, or else the oldest of the team. $1 now, $2 milliseconds of grace.
SELECT intent.id, intent.number, intent.source, encode(intent.digest, 'hex') AS digest, intent.ref, intent.workflow,
       intent.wanted, intent.until, intent.created_at, intent.made_by, used.count AS used,
       watch.id AS watch_id, watch.email, watch.kind, watch.value
FROM account_intent intent
CROSS JOIN LATERAL (SELECT count(*)::int AS count FROM alert_intent_use WHERE intent_id = intent.id) used
CROSS JOIN LATERAL (
  SELECT id, email, kind, value FROM account_watch
  WHERE team_id = intent.team_id AND state = 'confirmed'
  ORDER BY value = intent.source DESC, intents DESC, created_at, id LIMIT 1
) watch
WHERE intent.until < $1::text::timestamptz - $2::text::bigint * interval '1 millisecond'
  AND intent.until > $1::text::timestamptz - interval '7 days'
  AND intent.cancelled_at IS NULL AND used.count < intent.wanted
  AND NOT EXISTS (
    SELECT 1 FROM alert_alert told
    WHERE told.watch_id = watch.id AND told.log_id = 'intents' AND told.entry_index = intent.number)
ORDER BY intent.number
LIMIT 200
