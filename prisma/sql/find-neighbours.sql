-- The signatures of one identity just before and just after one of them, in the order they were seen.
-- $1 identity value · $2 seen_at · $3 log_id · $4 entry_index
SELECT side.later, near.log_id AS log, near.entry_index AS index
FROM (VALUES (false), (true)) AS side (later)
CROSS JOIN LATERAL (
  (SELECT i.log_id, i.entry_index
   FROM monitor_identity i
   JOIN monitor_log l ON l.id = i.log_id AND l.kind <> 'ct'
   JOIN monitor_entry e ON e.log_id = i.log_id AND e.entry_index = i.entry_index
     AND e.trust IN ('trusted', 'unknown', 'none')
   WHERE NOT side.later AND hashtextextended(i.value, 0) = hashtextextended($1::text, 0) AND i.value = $1
     AND i.seen_at <= $2::timestamptz
     AND (i.seen_at < $2 OR i.log_id > $3::text OR (i.log_id = $3 AND i.entry_index < $4::bigint))
   ORDER BY i.seen_at DESC, i.log_id, i.entry_index DESC
   LIMIT 1)
  UNION ALL
  (SELECT i.log_id, i.entry_index
   FROM monitor_identity i
   JOIN monitor_log l ON l.id = i.log_id AND l.kind <> 'ct'
   JOIN monitor_entry e ON e.log_id = i.log_id AND e.entry_index = i.entry_index
     AND e.trust IN ('trusted', 'unknown', 'none')
   WHERE side.later AND hashtextextended(i.value, 0) = hashtextextended($1, 0) AND i.value = $1
     AND i.seen_at >= $2
     AND (i.seen_at > $2 OR i.log_id < $3 OR (i.log_id = $3 AND i.entry_index > $4))
   ORDER BY i.seen_at, i.log_id DESC, i.entry_index
   LIMIT 1)
) near
