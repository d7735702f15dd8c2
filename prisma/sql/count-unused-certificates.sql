-- Certificates a CT log shows for an identity with which nothing was signed, in a log we follow, while they were valid.
-- $1 identity value
SELECT count(*) AS total, max(i.seen_at) AS latest
FROM (SELECT DISTINCT log_id, entry_index, seen_at FROM monitor_identity 
      WHERE hashtextextended(value, 0) = hashtextextended($1::text, 0) AND value = $1::text) i
JOIN monitor_log l ON l.id = i.log_id AND l.kind = 'ct'
JOIN monitor_entry e ON e.log_id = i.log_id AND e.entry_index = i.entry_index
WHERE e.not_after < now() AND NOT EXISTS (
  SELECT 1 FROM monitor_entry used
  JOIN monitor_log ul ON ul.id = used.log_id AND ul.kind <> 'ct'
  WHERE used.certificate_key = e.certificate_key
)
