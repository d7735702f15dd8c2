-- The names of one batch, added up. $1 log, $2 when seen; then one array for each column. In order of ids. Gives those that
-- sign often: by_hour says whether their hours are kept already, else they are from now on.
WITH seen AS MATERIALIZED (SELECT $2::text::timestamptz AS at), -- read once, not for each row
counted AS (
  INSERT INTO monitor_name (id, kind, value, log_id, trust, issuer, source, exact, entries, first_index, last_index, first_seen_at, last_seen_at)
  SELECT id::uuid, kind, value, $1, trust, issuer, source, exact, entries::bigint, first_index::bigint, last_index::bigint,
         seen.at, seen.at
  FROM seen, unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])
    AS name (id, kind, value, trust, issuer, source, exact, entries, first_index, last_index)
  ON CONFLICT (id) DO UPDATE
  SET entries = monitor_name.entries + excluded.entries,
      last_index = excluded.last_index,
      last_seen_at = excluded.last_seen_at
  RETURNING id, entries, by_hour
)
SELECT id::text AS id, by_hour AS "byHour" FROM counted WHERE by_hour OR entries >= 64
