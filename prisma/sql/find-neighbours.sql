-- The signatures of one identity just before and just after one of them, in the order they were seen.
-- $1 identity value · $2 seen_at · $3 log_id · $4 entry_index. One probe at each end of each of its runs.
WITH named AS MATERIALIZED (
  SELECT n.id, n.log_id, n.first_seen_at, n.last_seen_at
  FROM monitor_name n
  JOIN monitor_log l ON l.id = n.log_id AND l.kind <> 'ct'
  WHERE n.id BETWEEN monitor_name_low($1::text) AND monitor_name_high($1::text) AND n.value = $1
    AND n.trust IN ('trusted', 'unknown', 'none')
)
(SELECT false AS later, near.log_id AS log, near.entry_index AS index
 FROM named n CROSS JOIN LATERAL (
   SELECT i.log_id, i.entry_index, i.seen_at FROM monitor_identity i
   WHERE i.name = n.id AND coalesce(i.value = $1, false) AND n.first_seen_at <= $2::timestamptz
     AND (i.seen_at, i.entry_index) < ($2, CASE WHEN n.log_id > $3::text THEN 9223372036854775807 WHEN n.log_id = $3 THEN $4::bigint ELSE -1 END)
   ORDER BY i.seen_at DESC, i.entry_index DESC LIMIT 1) near
 ORDER BY near.seen_at DESC, near.log_id, near.entry_index DESC LIMIT 1)
UNION ALL
(SELECT true, near.log_id, near.entry_index
 FROM named n CROSS JOIN LATERAL (
   SELECT i.log_id, i.entry_index, i.seen_at FROM monitor_identity i
   WHERE i.name = n.id AND coalesce(i.value = $1, false) AND n.last_seen_at >= $2
     AND (i.seen_at, i.entry_index) > ($2, CASE WHEN n.log_id < $3 THEN -1 WHEN n.log_id = $3 THEN $4 ELSE 9223372036854775807 END)
   ORDER BY i.seen_at, i.entry_index LIMIT 1) near
 ORDER BY near.seen_at, near.log_id DESC, near.entry_index LIMIT 1)
