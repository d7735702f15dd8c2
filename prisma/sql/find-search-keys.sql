-- The entries of a log found by some keys: by all of them, or by any. $1 log_id  $2 distinct keys, 32 bytes each
-- $3 how many of the keys an entry must have
SELECT found.leaf_hash
FROM generate_series(0, length($2::bytea) / 32 - 1) AS at
JOIN log_search_key AS found ON found.log_id = $1 AND found.key_hash = substring($2::bytea FROM at * 32 + 1 FOR 32)
GROUP BY found.entry_index, found.leaf_hash
HAVING count(*) >= $3::int
ORDER BY found.entry_index;
