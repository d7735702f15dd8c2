-- Alerts of one release: what one login provider vouches was built from one tag of one repository at one commit. $1 an alert
-- of it, $2 issuer, $3 source, $4 the number of the repository or empty, $5 ref, $6 commit, $7 the watches that who answers
-- may answer for, or none: all of the team.
SELECT alert.id
FROM alert_alert first
JOIN account_watch own ON own.id = first.watch_id
JOIN account_watch watch ON watch.team_id IS NOT DISTINCT FROM own.team_id
  AND (own.team_id IS NOT NULL OR watch.email = own.email)
  AND (cardinality($7::text[]) = 0 OR watch.id::text = ANY($7::text[]))
JOIN alert_alert alert ON alert.watch_id = watch.id
WHERE first.id = $1::text::uuid
  AND alert.verdict IN ('notable', 'unexpected')
  AND alert.facts->>'event' = 'signature' AND alert.facts->>'trust' = 'trusted' AND alert.facts->>'lookAlike' IS NULL
  AND alert.facts->>'issuer' = $2 AND alert.facts->>'source' = $3
  AND coalesce(alert.facts->'claims'->>'sourceRepositoryIdentifier', '') = $4
  AND coalesce(nullif(alert.facts->'claims'->>'sourceRepositoryRef', ''), alert.facts->'claims'->>'githubWorkflowRef') = $5
  AND coalesce(nullif(alert.facts->'claims'->>'sourceRepositoryDigest', ''), alert.facts->'claims'->>'githubWorkflowSha') = $6
ORDER BY alert.created_at DESC
LIMIT 1000
