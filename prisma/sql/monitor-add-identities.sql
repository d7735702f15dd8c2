-- Names found when entries were read again, in reread_identity, take the place of those that were known: how a name is spelt
-- or compared may be what is new. What the bytes of an entry alone do not say stays (statements are served beside them).
WITH gone AS (
  DELETE FROM monitor_identity i USING reread_entry e
  WHERE i.log_id = e.log_id AND i.entry_index = e.entry_index AND e.kind <> 'unparsable'
    AND (i.kind NOT IN ('package', 'artifact') OR EXISTS (
      SELECT 1 FROM reread_identity r
      WHERE r.log_id = i.log_id AND r.entry_index = i.entry_index AND r.kind = i.kind AND r.value = i.value
    ))
)
INSERT INTO monitor_identity (log_id, entry_index, kind, value, seen_at, signer, exact, name)
SELECT r.log_id, r.entry_index, r.kind, r.value, e.seen_at, r.signer, r.exact, r.name
FROM reread_identity r
JOIN monitor_entry e ON e.log_id = r.log_id AND e.entry_index = r.entry_index
