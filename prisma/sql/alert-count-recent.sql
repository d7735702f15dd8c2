-- How many mails told each watch of alerts in the hour before now, apart for signatures that count and for what anyone
-- can make. $1: watches.
SELECT watch_id, (facts->>'trust') IN ('trusted', 'none') AS genuine, count(DISTINCT mail_id)::int AS recent
FROM alert_alert
WHERE watch_id = ANY($1::text[]::uuid[]) AND created_at > now() - interval '1 hour' AND mail_id IS NOT NULL
GROUP BY 1, 2
