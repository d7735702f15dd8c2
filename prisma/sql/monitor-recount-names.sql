-- Counts the entries below a log's named_from into monitor_name, some at a time, the newest first; the row of the log is
-- locked by that, as a batch of the follower locks it. $1 entries at a time. Ids as workers/follow/names.ts makes them.
WITH due AS (
  SELECT id, named_from FROM monitor_log WHERE named_from > 0 ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
), moved AS (
  UPDATE monitor_log log SET named_from = greatest(due.named_from - $1::text::bigint, 0)
  FROM due WHERE log.id = due.id
  RETURNING log.id, log.named_from AS lowest, due.named_from AS above
), named AS (
  SELECT DISTINCT ON (i.log_id, i.entry_index, i.value)
    i.kind, i.value, i.log_id, e.trust, coalesce(e.issuer, '') AS issuer, coalesce(e.source, '') AS source, coalesce(i.exact, '') AS exact,
    i.entry_index, i.seen_at
  FROM moved
  JOIN monitor_identity i ON i.log_id = moved.id AND i.entry_index >= moved.lowest AND i.entry_index < moved.above
  JOIN monitor_signed e ON e.log_id = i.log_id AND e.entry_index = i.entry_index AND e.signer = i.signer
  ORDER BY i.log_id, i.entry_index, i.value, i.kind, coalesce(i.exact, '') COLLATE "C"
), counted AS (
  INSERT INTO monitor_name AS n (id, kind, value, log_id, trust, issuer, source, exact, entries, first_index, last_index, first_seen_at, last_seen_at)
  SELECT monitor_name_id(value, log_id, trust, issuer, source, exact),
         min(kind), value, log_id, trust, issuer, source, exact, count(*), min(entry_index), max(entry_index), min(seen_at), max(seen_at)
  FROM named GROUP BY value, log_id, trust, issuer, source, exact
  ON CONFLICT (id) DO UPDATE
  SET entries = n.entries + excluded.entries,
      first_index = least(n.first_index, excluded.first_index),
      last_index = greatest(n.last_index, excluded.last_index),
      first_seen_at = least(n.first_seen_at, excluded.first_seen_at),
      last_seen_at = greatest(n.last_seen_at, excluded.last_seen_at)
)
SELECT id FROM moved
