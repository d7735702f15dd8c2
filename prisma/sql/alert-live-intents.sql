-- Intents of these teams for these sources with what they were used for, those with a digest first: they can be used for
-- nothing else. Locked, so that the last use is one worker's. $1 teams, $2 sources.
WITH live AS (
  SELECT id, number, team_id, source, digest, wanted, ref, workflow, created_at, until
  FROM account_intent
  WHERE team_id = ANY($1::text[]::uuid[]) AND source = ANY($2::text[]) AND cancelled_at IS NULL
    AND until > now() - interval '30 days'
  ORDER BY number
  FOR UPDATE
)
SELECT live.id, live.number, live.team_id, live.source, encode(live.digest, 'hex') AS digest, live.wanted, live.ref,
       live.workflow, live.created_at, live.until,
       coalesce((SELECT array_agg(use_key) FROM alert_intent_use used WHERE used.intent_id = live.id), '{}') AS uses
FROM live
ORDER BY live.digest IS NULL, live.until, live.number
