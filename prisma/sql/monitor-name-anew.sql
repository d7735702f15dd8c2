-- After entries $2 to $3 of log $1 were renewed: the row of monitor_name that counts each of their names may be another.
-- Words that stand in an entry twice are counted in the first of their spellings, as workers/follow/names.ts has it.
UPDATE monitor_identity i
SET name = named.name
FROM (
  SELECT x.log_id, x.entry_index, x.value, monitor_name_id(x.value, x.log_id, e.trust, e.issuer, e.source, x.exact) AS name
  FROM (
    SELECT DISTINCT ON (entry_index, value) log_id, entry_index, value, signer, coalesce(exact, '') AS exact
    FROM monitor_identity
    WHERE log_id = $1 AND entry_index >= $2::text::bigint AND entry_index < $3::text::bigint
    ORDER BY entry_index, value, kind, coalesce(exact, '') COLLATE "C"
  ) x
  JOIN monitor_signed e ON e.log_id = x.log_id AND e.entry_index = x.entry_index AND e.signer = x.signer
) named
WHERE i.log_id = named.log_id AND i.entry_index = named.entry_index AND i.value = named.value AND i.name <> named.name
