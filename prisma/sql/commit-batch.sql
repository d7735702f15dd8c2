-- THE COMMIT POINT of a log. One statement, so that a batch is in the log with all it implies, or not at all:
-- the head moves by compare-and-swap on size and root, and every entry of the batch becomes known under its index.
-- $1 log_id  $2 size before  $3 root before  $4 root after  $5 checkpoint after  $6 key fingerprint
-- $7 identities of the batch's entries, 32 bytes each, in order  $8 the session that holds the log's lock
-- $9 leaf hashes of the same entries, 32 bytes each; a log may use the leaf hash as the identity
WITH moved AS (
  UPDATE log_head
  SET size = $2::bigint + length($7::bytea) / 32, root = $4, checkpoint = $5, updated_at = now()
  WHERE log_id = $1 AND size = $2::bigint AND root = $3 AND key_id = $6
    -- The lock is the session's: a connection that was renewed in silence does not hold it.
    AND pg_backend_pid() = $8::int
  RETURNING log_id
), known AS (
  INSERT INTO log_known (log_id, identity, entry_index)
  SELECT log_id, substring($7::bytea FROM at * 32 + 1 FOR 32), $2::bigint + at
  FROM moved, generate_series(0, length($7::bytea) / 32 - 1) AS at
  UNION
  SELECT log_id, substring($9::bytea FROM at * 32 + 1 FOR 32), $2::bigint + at
  FROM moved, generate_series(0, length($9::bytea) / 32 - 1) AS at
  ON CONFLICT (log_id, identity) DO NOTHING
)
SELECT log_id FROM moved;
