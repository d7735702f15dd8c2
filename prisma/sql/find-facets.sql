-- Where an identity signed from, how often: $1 identity value. Each row is one of few; no entry is counted.
SELECT n.log_id AS log, n.issuer, n.source, sum(n.entries)::float8 AS entries
FROM monitor_name n
JOIN monitor_log l ON l.id = n.log_id AND l.kind <> 'ct'
WHERE n.id BETWEEN monitor_name_low($1::text) AND monitor_name_high($1) AND n.value = $1
  AND n.trust IN ('trusted', 'unknown', 'none')
GROUP BY 1, 2, 3
ORDER BY entries DESC, 1, 2, 3
LIMIT 1000
