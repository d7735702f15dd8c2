-- How a name stands in the certificate, where that is not how it is compared: what a verifier has to be told. Null, or
-- empty in monitor_name: as it is compared.
ALTER TABLE monitor_identity ADD COLUMN exact text;
ALTER TABLE monitor_name ADD COLUMN exact text NOT NULL DEFAULT '';
-- Entries from before are read again for it (workers/tend/reread.ts).
UPDATE monitor_log SET reread_from = start_size, reread_until = verified_size WHERE verified_size > start_size;
