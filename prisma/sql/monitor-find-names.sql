-- The names that begin so, and how much each signed: what stands at one place, a name once however it signed.
-- $1 prefix, with its wildcards escaped · $2 the last name of the page before, or empty · $3 rows
SELECT n.value, min(n.kind) AS kind, sum(n.entries)::bigint AS entries, max(n.last_seen_at) AS last_seen_at
FROM monitor_name n
JOIN monitor_log l ON l.id = n.log_id AND l.kind <> 'ct'
WHERE n.kind IN ('repository', 'uri') AND n.trust IN ('trusted', 'unknown', 'none')
  AND n.value LIKE $1::text || '%' AND n.value COLLATE "C" > $2::text COLLATE "C"
GROUP BY n.value
ORDER BY n.value COLLATE "C"
LIMIT $3::int
