-- Entries that were read before a reader learned more of them are read again (workers/tend/reread.ts): from reread_from,
-- which moves, to reread_until. Nothing to do where they are equal.
ALTER TABLE monitor_log
  ADD COLUMN reread_from bigint NOT NULL DEFAULT 0,
  ADD COLUMN reread_until bigint NOT NULL DEFAULT 0;
UPDATE monitor_log SET reread_from = start_size, reread_until = verified_size WHERE verified_size > start_size;
