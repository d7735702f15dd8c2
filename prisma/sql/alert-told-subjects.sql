-- What the readers of these watches were told of the same subjects before: with which event and mail. $1 readers,
-- $2 subjects, $3 alerts that are new.
SELECT asked.reader, asked.subject, alert.event_id, watch.email, alert.mail_id, max(alert.told_at) AS told_at
FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS pair (reader, subject)) asked
JOIN alert_alert alert ON alert.subject = asked.subject AND alert.mail_id IS NOT NULL AND alert.id <> ALL($3::text[]::uuid[])
JOIN account_watch watch ON watch.id = alert.watch_id AND coalesce(watch.team_id::text, watch.email) = asked.reader
GROUP BY asked.reader, asked.subject, alert.event_id, watch.email, alert.mail_id
ORDER BY told_at NULLS LAST
