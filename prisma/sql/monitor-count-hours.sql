-- Adds to the hours of names. $1 when seen; arrays: $2 names, $3 hours of signing, $4 entries, $5 the last of them.
WITH seen AS MATERIALIZED (SELECT monitor_hour_of($1::text::timestamptz) AS hour) -- read once, not for each row
INSERT INTO monitor_hour AS h (name, seen_hour, signed_hour, entries, last_index)
SELECT name::uuid, seen.hour, signed_hour::integer, entries::bigint, last_index::bigint
FROM seen, unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS signed (name, signed_hour, entries, last_index)
ON CONFLICT (name, seen_hour, signed_hour) DO UPDATE
SET entries = h.entries + excluded.entries,
    last_index = greatest(h.last_index, excluded.last_index)
