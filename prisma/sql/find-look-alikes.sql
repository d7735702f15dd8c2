-- Which of these names have signed: $1 names, a line each. One probe of the index for each, whatever the size of the log;
-- there are thousands of them, so what monitor_name_low and monitor_name_high make is made of one hash here.
SELECT hit.value, sum(hit.entries)::float8 AS entries, max(hit.last_seen_at) AS latest
FROM (
  SELECT value, substr(sha256(convert_to(value, 'UTF8')), 1, 8) AS hash
  FROM string_to_table($1::text, chr(10)) AS line (value) OFFSET 0
) asked
CROSS JOIN LATERAL (
  SELECT n.value, n.log_id, n.entries, n.last_seen_at
  FROM monitor_name n
  WHERE n.id >= encode(asked.hash || '\x0000000000000000'::bytea, 'hex')::uuid
    AND n.id <= encode(asked.hash || '\xffffffffffffffff'::bytea, 'hex')::uuid
    AND n.value = asked.value AND n.trust IN ('trusted', 'unknown', 'none')
  OFFSET 0
) hit
JOIN monitor_log l ON l.id = hit.log_id AND l.kind <> 'ct'
GROUP BY hit.value
ORDER BY latest DESC, hit.value
LIMIT 10
