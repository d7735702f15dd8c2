-- What a week held for each watch of an address that gets the digest. $1 address, $2 from, $3 until.
WITH week AS (
  SELECT count(DISTINCT subject)::int AS every, count(DISTINCT subject) FILTER (WHERE verdict = 'notable')::int AS notable,
         count(DISTINCT subject) FILTER (WHERE verdict IN ('unexpected', 'contradiction'))::int AS grave
  FROM (
    -- What several watches matched is one signature.
    SELECT alert.verdict, coalesce(nullif(alert.subject, ''), alert.id::text) AS subject
    FROM account_watch watch JOIN alert_alert alert ON alert.watch_id = watch.id AND alert.created_at >= $2::text::timestamptz
      AND alert.created_at < $3::text::timestamptz
    WHERE watch.email = $1 AND watch.state = 'confirmed' AND watch.digest AND watch.confirmed_at < $3::text::timestamptz
  ) signature
)
SELECT week.every AS week_every, week.notable AS week_notable, week.grave AS week_grave, watch.id, watch.value, watch.stop_token,
       count(alert.id) FILTER (WHERE alert.verdict = 'expected')::int AS expected,
       count(alert.id) FILTER (WHERE alert.verdict = 'notable')::int AS notable,
       count(alert.id) FILTER (WHERE alert.verdict IN ('unexpected', 'contradiction'))::int AS grave,
       count(alert.id) FILTER (WHERE alert.verdict <> 'expected' AND NOT EXISTS (
         SELECT 1 FROM account_answer said WHERE said.alert_id = alert.id AND said.undone_at IS NULL))::int AS unanswered,
       count(DISTINCT alert.facts->>'lookAlike')::int AS like_names,
       (array_agg(DISTINCT alert.facts->>'lookAlike') FILTER (WHERE alert.facts->>'lookAlike' IS NOT NULL))[1:3] AS alike
FROM account_watch watch CROSS JOIN week
LEFT JOIN alert_alert alert ON alert.watch_id = watch.id AND alert.created_at >= $2::text::timestamptz
  AND alert.created_at < $3::text::timestamptz
WHERE watch.email = $1 AND watch.state = 'confirmed' AND watch.digest AND watch.confirmed_at < $3::text::timestamptz
GROUP BY week.every, week.notable, week.grave, watch.id, watch.value, watch.stop_token
ORDER BY grave DESC, watch.value
