-- Intents of some teams, newest first, with what they were used for. $1 teams, $2 id or empty, $3 state or empty, $4 now,
-- $5 how many, $6 before which number or empty.
SELECT * FROM (
  SELECT intent.id, intent.number, intent.team_id, intent.source, intent.digest, intent.wanted, intent.ref, intent.workflow,
         intent.made_by, intent.created_at, intent.until, used.list AS used,
         EXISTS (
           SELECT 1 FROM account_watch watch
           WHERE watch.team_id = intent.team_id AND watch.state = 'confirmed' AND watch.intents
             AND (watch.value = intent.source OR intent.source LIKE watch.value || '/%')) AS required,
         CASE WHEN intent.cancelled_at IS NOT NULL THEN 'cancelled'
              WHEN coalesce(json_array_length(used.list), 0) >= intent.wanted THEN 'used'
              WHEN intent.until <= $4::text::timestamptz THEN 'expired'
              ELSE 'open' END AS state
  FROM account_intent intent
  CROSS JOIN LATERAL (
    SELECT json_agg(json_build_object('log', log_id, 'index', entry_index::text, 'at', at) ORDER BY at) AS list
    FROM alert_intent_use WHERE intent_id = intent.id
  ) used
  WHERE intent.team_id = ANY($1::text[]::uuid[]) AND ($2::text = '' OR intent.id = nullif($2, '')::uuid)
) known
WHERE ($3::text = '' OR state = $3) AND ($6::text = '' OR number < nullif($6, '')::bigint)
ORDER BY number DESC
LIMIT $5::text::int
