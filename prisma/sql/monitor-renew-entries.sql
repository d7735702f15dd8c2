-- What was read again, in reread_entry, takes the place of what was known. Trust stays what it was judged to be at the
-- time, unless nothing could be judged, or all of several signers as one.
UPDATE monitor_entry e
SET kind = r.kind, digest_algorithm = r.digest_algorithm, digest = r.digest, certificate_key = r.certificate_key,
    certificate_hash = r.certificate_hash, issuer = r.issuer, not_before = r.not_before, not_after = r.not_after,
    serial = r.serial, source = r.source, claims = r.claims, key_type = r.key_type,
    trust = CASE WHEN e.trust = 'unparsable' OR several.are THEN r.trust ELSE e.trust END
FROM reread_entry r
CROSS JOIN LATERAL (
  SELECT EXISTS (SELECT 1 FROM reread_signer s WHERE s.log_id = r.log_id AND s.entry_index = r.entry_index) AS are
) several
WHERE e.log_id = r.log_id AND e.entry_index = r.entry_index AND r.kind <> 'unparsable'
  AND (several.are OR (e.kind, e.digest, e.certificate_key, e.certificate_hash, e.issuer, e.serial, e.source, e.claims::text, e.key_type)
    IS DISTINCT FROM
      (r.kind, r.digest, r.certificate_key, r.certificate_hash, r.issuer, r.serial, r.source, r.claims::text, r.key_type))
