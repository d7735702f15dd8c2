-- Names found when entries were read again, in reread_identity; those that were known stay as they are.
INSERT INTO monitor_identity (log_id, entry_index, kind, value, seen_at, forged)
SELECT r.log_id, r.entry_index, r.kind, r.value, e.seen_at, e.trust = 'untrusted'
FROM reread_identity r
JOIN monitor_entry e ON e.log_id = r.log_id AND e.entry_index = r.entry_index
WHERE NOT EXISTS (
  SELECT 1 FROM monitor_identity i
  WHERE i.log_id = r.log_id AND i.entry_index = r.entry_index AND i.kind = r.kind AND i.value = r.value
)
