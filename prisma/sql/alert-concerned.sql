-- Who is blind when a log cannot be read: watches whose name was seen in it or in another of its list, or that
-- take in more than one name. The first half of the id of monitor_name is of SHA-256(value). $1 log.
SELECT watch.id, watch.email
FROM account_watch watch
WHERE watch.state = 'confirmed'
  AND (watch.kind IN ('organisation', 'domain', 'workflow', 'uri-prefix', 'uri-pattern')
    OR EXISTS (
      SELECT 1
      FROM (SELECT substr(encode(sha256(convert_to(watch.value, 'UTF8')), 'hex'), 1, 16) AS half) AS hash
      JOIN monitor_name name ON name.id BETWEEN (hash.half || '0000000000000000')::uuid AND (hash.half || 'ffffffffffffffff')::uuid
      JOIN monitor_log seen ON seen.id = name.log_id
      JOIN monitor_log blind ON blind.id = $1::text
      WHERE name.value = watch.value AND (seen.id = blind.id OR seen.family = blind.family)))
ORDER BY watch.email, watch.id
