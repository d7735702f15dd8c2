-- How many alerts each watch had in the hour before now, apart for signatures that count and for what anyone can make.
-- $1: watches.
SELECT watch_id, (facts->>'trust') IN ('trusted', 'none') AS genuine, count(*)::int AS recent
FROM alert_alert
WHERE watch_id = ANY($1::text[]::uuid[]) AND created_at > now() - interval '1 hour'
GROUP BY 1, 2
