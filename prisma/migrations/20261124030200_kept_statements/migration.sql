-- A checkpoint is kept when it is seen, before its entries are read; null until the tree it states was recomputed.
ALTER TABLE monitor_checkpoint ADD COLUMN verified_at timestamptz(3);
UPDATE monitor_checkpoint SET verified_at = seen_at;
-- How old the newest statement of a log may be, where LOGS_FILE says so.
ALTER TABLE monitor_log ADD COLUMN fresh_within_ms bigint;
