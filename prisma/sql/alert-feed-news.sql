-- What a feed says beside signatures: incidents of logs (one that is frozen is told of as a trouble, below), and logs that cannot be read for so long that people were told.
-- $1 how many.
SELECT 'incident ' || incident.id AS key, 'log.incident' AS type, incident.kind, log.name, incident.detail AS text,
       coalesce(incident.resolved_at, incident.opened_at) AS at, incident.resolved_at IS NOT NULL AS over
FROM monitor_incident incident JOIN monitor_log log ON log.id = incident.log_id
WHERE incident.kind <> 'freeze'
UNION ALL
SELECT trouble.key || ' ' || trouble.since, 'service.trouble', NULL, '', trouble.words, trouble.since, false
FROM alert_trouble trouble WHERE trouble.watchers_told_at IS NOT NULL
ORDER BY at DESC
LIMIT $1::text::int
