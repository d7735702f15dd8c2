-- Which of these names have signed: $1 names. One probe of the index for each, whatever the size of the log.
SELECT asked.value, found.entries, found.latest
FROM unnest($1::text[]) AS asked (value)
CROSS JOIN LATERAL (
  SELECT sum(n.entries)::float8 AS entries, max(n.last_seen_at) AS latest
  FROM monitor_name n
  JOIN monitor_log l ON l.id = n.log_id AND l.kind <> 'ct'
  WHERE n.id BETWEEN monitor_name_low(asked.value) AND monitor_name_high(asked.value) AND n.value = asked.value
    AND n.trust IN ('trusted', 'unknown', 'none')
) found
WHERE found.entries > 0
ORDER BY found.latest DESC, asked.value
LIMIT 10
