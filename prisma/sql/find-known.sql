-- Which of some entries a log has already, in one question for a whole batch. A subquery for each identity, behind a
-- fence: as a join it is planned while the table is still small, and may then read all of the log for each batch.
-- $1 log_id  $2 identities, 32 bytes each
WITH asked AS MATERIALIZED (
  SELECT at, (
    SELECT known.entry_index FROM log_known AS known
    WHERE known.log_id = $1 AND known.identity = substring($2::bytea FROM at * 32 + 1 FOR 32)
  ) AS entry_index
  FROM generate_series(0, length($2::bytea) / 32 - 1) AS at
)
SELECT at, entry_index FROM asked WHERE entry_index IS NOT NULL;
