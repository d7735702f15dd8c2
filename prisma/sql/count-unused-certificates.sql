-- Certificates a CT log shows for an identity with which nothing was signed, in a log we follow, while they were valid.
-- Bounded however often it signs: among its newest $2 rows; `bounded` says that there may be older ones.
-- $1 identity value · $2 rows looked at
WITH issued AS MATERIALIZED (
  -- Who has no certificate in a CT log has no run there.
  SELECT n.id
  FROM monitor_name n
  JOIN monitor_log l ON l.id = n.log_id AND l.kind = 'ct'
  WHERE n.id BETWEEN monitor_name_low($1::text) AND monitor_name_high($1::text) AND n.value = $1::text
  ORDER BY n.last_seen_at DESC, n.log_id, n.last_index DESC
  LIMIT $2::int
), newest AS MATERIALIZED (
  SELECT row.* FROM issued CROSS JOIN LATERAL (
    SELECT i.log_id, i.entry_index, i.seen_at
    FROM monitor_identity i
    -- Not `=`: of one name the planner would think that it has as few as most have, and sort them all.
    WHERE i.name BETWEEN issued.id AND issued.id
    ORDER BY i.name, i.seen_at DESC, i.entry_index DESC
    LIMIT $2
  ) row
  ORDER BY row.seen_at DESC, row.log_id, row.entry_index DESC
  LIMIT $2
)
SELECT count(*) AS total, (SELECT count(*) FROM newest) = $2 AS bounded
FROM (SELECT DISTINCT log_id, entry_index FROM newest) i
JOIN monitor_entry e ON e.log_id = i.log_id AND e.entry_index = i.entry_index
WHERE e.not_after < now() AND NOT EXISTS (
  SELECT 1 FROM monitor_signed used
  JOIN monitor_log ul ON ul.id = used.log_id AND ul.kind <> 'ct'
  WHERE used.certificate_key = e.certificate_key
)
