-- Who signed an entry that several signed, each standing for themselves. The row of monitor_entry has what its best signer
-- says (trusted before a bare key before untrusted, in the order of the entry); the others stand here, from place 1 on.
-- Nearly every entry has one signer and no row here.
CREATE TABLE monitor_signer (
  log_id text NOT NULL,
  entry_index bigint NOT NULL,
  place smallint NOT NULL,
  trust text NOT NULL,
  issuer text,
  not_before timestamptz(3),
  not_after timestamptz(3),
  serial text,
  source text,
  claims json NOT NULL,
  key_type text,
  certificate_key bytea,
  certificate_hash bytea,
  PRIMARY KEY (log_id, entry_index, place)
);
CREATE INDEX monitor_signer_certificate_key_idx ON monitor_signer (certificate_key);
CREATE INDEX monitor_signer_certificate_hash_idx ON monitor_signer USING hash (certificate_hash);

-- Whose name it is: 0 for the entry's own signer, and for what stands in the entry beside any signer. Nothing read `forged`,
-- which is the trust of that signer.
ALTER TABLE monitor_identity ADD COLUMN signer smallint NOT NULL DEFAULT 0;
ALTER TABLE monitor_identity DROP COLUMN forged;

-- Each signer of each entry.
CREATE VIEW monitor_signed AS
SELECT log_id, entry_index, 0::smallint AS signer, trust, issuer, not_before, not_after, serial, source, claims, key_type,
  certificate_key, certificate_hash
FROM monitor_entry
UNION ALL
SELECT log_id, entry_index, place, trust, issuer, not_before, not_after, serial, source, claims, key_type,
  certificate_key, certificate_hash
FROM monitor_signer;

-- Entries of logs that hold such are read again (workers/tend/reread.ts).
UPDATE monitor_log SET reread_from = start_size, reread_until = verified_size
WHERE kind <> 'ct' AND verified_size > start_size;
