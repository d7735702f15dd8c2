-- How names are spelt in the entries that have them, the most frequent first. $1 names. One probe of the index for each.
SELECT asked.value, found.exact, found.entries
FROM unnest($1::text[]) AS asked (value)
CROSS JOIN LATERAL (
  SELECT coalesce(nullif(n.exact, ''), n.value) AS exact, sum(n.entries)::float8 AS entries
  FROM monitor_name n
  JOIN monitor_log l ON l.id = n.log_id AND l.kind <> 'ct'
  WHERE n.id BETWEEN monitor_name_low(asked.value) AND monitor_name_high(asked.value) AND n.value = asked.value
    AND n.trust IN ('trusted', 'unknown', 'none')
  GROUP BY 1
  ORDER BY 2 DESC, 1
  LIMIT 20
) found
