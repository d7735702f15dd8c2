-- The freeze that stands against any of these names and does not spare this run, or against the repository of this number on
-- this host; one is enough.
-- $1 kinds, $2 values, $3 host, $4 repository id (both null when there is no repository), $5 what the run may be spared as
SELECT kind, value, holder FROM ca_freeze
WHERE ((kind, value) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND NOT spared && $5::text[])
   OR (repository_id = $4::text AND kind = 'repository' AND split_part(value, '/', 1) = $3::text)
LIMIT 1
