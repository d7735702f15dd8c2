-- Which of some entries a log has already, in one question for a whole batch.
-- $1 log_id  $2 identities, 32 bytes each
SELECT at, known.entry_index
FROM generate_series(0, length($2::bytea) / 32 - 1) AS at
JOIN log_known AS known
  ON known.log_id = $1 AND known.identity = substring($2::bytea FROM at * 32 + 1 FOR 32);
