-- A PGP user id is a claim that nobody checked: it stands behind a mark from now on, so that a user id that is an address is
-- never taken for the name of whoever logged in with that address. Entries of Rekor v1 are read again for that
-- (workers/tend/reread.ts), which also finds keys of minisign and the addresses in user ids.
UPDATE account_watch SET value = 'pgp-user:' || value
WHERE kind = 'pgp-user' AND value NOT LIKE 'pgp-user:%';
UPDATE monitor_log SET reread_from = start_size, reread_until = verified_size
WHERE kind = 'rekor-v1' AND verified_size > start_size;
