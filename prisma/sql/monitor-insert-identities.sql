-- One row for each identity an entry speaks for. $1 log, $2 when seen; then one array for each column.
INSERT INTO monitor_identity (log_id, entry_index, kind, value, seen_at, issuer, source, genuine)
SELECT $1, entry_index::bigint, kind, value, $2::text::timestamptz, issuer, source, genuine::boolean
FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
  AS identity (entry_index, kind, value, issuer, source, genuine)
