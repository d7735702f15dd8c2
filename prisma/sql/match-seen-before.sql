-- For each match: was there a genuine signature in this name before, by this issuer, from this repository as well? Each
-- answer is one probe of monitor_name, which keeps for every log the first entry of each kind.
-- $1 log; arrays: $2 index, $3 value, $4 issuer, $5 repository.
SELECT asked.place,
  coalesce(bool_or(true) FILTER (WHERE earlier.id IS NOT NULL), false) AS identity,
  coalesce(bool_or(earlier.issuer = asked.issuer), false) AS issuer,
  coalesce(bool_or(earlier.issuer = asked.issuer AND earlier.source = asked.source), false) AS source
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY
  AS asked (entry_index, value, issuer, source, place)
LEFT JOIN LATERAL (
  SELECT name.id, name.issuer, name.source
  FROM monitor_name name
  JOIN monitor_log log ON log.id = name.log_id AND log.kind <> 'ct'
  WHERE name.id BETWEEN monitor_name_low(asked.value) AND monitor_name_high(asked.value)
    AND name.value = asked.value AND name.trust IN ('trusted', 'none')
    AND (name.log_id <> $1 OR name.first_index < asked.entry_index::bigint)
) earlier ON true
GROUP BY asked.place
ORDER BY asked.place
