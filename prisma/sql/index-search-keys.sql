-- What entries [$2, $3) of a log can be found by. One statement: the index is complete up to its position, always.
-- $1 log_id  $2 position before  $3 position after  $4 keys, 32 bytes each  $5 the entry of each key
-- $6 the leaf hash of each key's entry, 32 bytes each
WITH moved AS (
  INSERT INTO log_search_position AS position (log_id, indexed_to) VALUES ($1, $3::bigint)
  ON CONFLICT (log_id) DO UPDATE SET indexed_to = excluded.indexed_to WHERE position.indexed_to = $2::bigint
  RETURNING log_id
), indexed AS (
  INSERT INTO log_search_key (log_id, key_hash, entry_index, leaf_hash)
  SELECT log_id, substring($4::bytea FROM (at::int - 1) * 32 + 1 FOR 32), entry,
    substring($6::bytea FROM (at::int - 1) * 32 + 1 FOR 32)
  FROM moved, unnest($5::bigint[]) WITH ORDINALITY AS entries (entry, at)
  ON CONFLICT (log_id, key_hash, entry_index) DO NOTHING
)
SELECT log_id FROM moved;
