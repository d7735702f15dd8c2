-- The hashes of envelopes are found too: entries of Rekor v1 are read again for them (workers/tend/reread.ts).
UPDATE monitor_log SET reread_from = start_size, reread_until = verified_size
WHERE kind = 'rekor-v1' AND verified_size > start_size;
