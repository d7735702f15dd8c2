-- The signers found when entries were read again, in reread_signer, take the place of those that were known.
WITH gone AS (
  DELETE FROM monitor_signer s USING reread_entry e
  WHERE s.log_id = e.log_id AND s.entry_index = e.entry_index
    AND NOT EXISTS (
      SELECT 1 FROM reread_signer r
      WHERE r.log_id = s.log_id AND r.entry_index = s.entry_index AND r.place = s.place)
)
INSERT INTO monitor_signer AS s
SELECT * FROM reread_signer
ON CONFLICT (log_id, entry_index, place) DO UPDATE
SET trust = excluded.trust, issuer = excluded.issuer, not_before = excluded.not_before, not_after = excluded.not_after,
    serial = excluded.serial, source = excluded.source, claims = excluded.claims, key_type = excluded.key_type,
    certificate_key = excluded.certificate_key, certificate_hash = excluded.certificate_hash
