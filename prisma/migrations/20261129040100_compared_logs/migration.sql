-- Logs of two kinds are held against one another entry by entry, each once, however long anybody was away: how far, and
-- since when a log is not read to its end while somebody looks.
CREATE TABLE monitor_comparison (
  log_id text PRIMARY KEY,
  -- Entries below were compared.
  size bigint NOT NULL DEFAULT 0,
  unread_since timestamptz(3),
  -- When unread_since was last kept: nobody looked after this for a while, nobody read.
  kept_at timestamptz(3) NOT NULL DEFAULT now()
);

-- What was seen in the last week is compared once more.
INSERT INTO monitor_comparison (log_id, size, unread_since)
SELECT log.id, coalesce((
  SELECT min(entry_index) FROM monitor_entry entry
  WHERE entry.log_id = log.id AND entry.seen_at > now() - interval '7 days'), log.verified_size), now()
FROM monitor_log log;

-- The logs of the other kind that what is in a log should be in: those of the list it comes from, or all, where that has none.
-- `read_at`: when it was last read to its end; null while it is not.
CREATE VIEW monitor_counterpart AS
SELECT log.id AS log_id, other.id AS other_id, other.state, other.start_size,
  CASE WHEN other.state = 'following' THEN other.verified_at END AS read_at,
  -- One that misbehaves is not waited for: nobody must be able to keep others from being compared.
  other.state NOT IN ('retired', 'misbehaving') AS is_read,
  -- In trouble for an hour, while we looked.
  coalesce(comparison.unread_since < now() - interval '1 hour' AND comparison.kept_at > now() - interval '1 minute', false)
    AS is_given_up
FROM monitor_log log
JOIN monitor_log other ON (other.kind = 'ct') <> (log.kind = 'ct')
  AND (other.family = log.family OR NOT EXISTS (
    SELECT 1 FROM monitor_log peer WHERE peer.family = log.family AND (peer.kind = 'ct') <> (log.kind = 'ct')))
LEFT JOIN monitor_comparison comparison ON comparison.log_id = other.id;
