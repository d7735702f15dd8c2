-- For each match: was there a genuine signature in this name before, by this issuer, from this repository as well? Each
-- answer is one probe of monitor_identity_genuine_idx. $1 log; arrays: $2 index, $3 value, $4 issuer, $5 repository.
SELECT asked.place,
  EXISTS (SELECT 1 FROM monitor_identity i WHERE i.genuine AND i.value = asked.value
    AND (i.log_id <> $1 OR i.entry_index < asked.entry_index::bigint)) AS identity,
  EXISTS (SELECT 1 FROM monitor_identity i WHERE i.genuine AND i.value = asked.value AND i.issuer = asked.issuer
    AND (i.log_id <> $1 OR i.entry_index < asked.entry_index::bigint)) AS issuer,
  EXISTS (SELECT 1 FROM monitor_identity i WHERE i.genuine AND i.value = asked.value AND i.issuer = asked.issuer
    AND i.source = asked.source AND (i.log_id <> $1 OR i.entry_index < asked.entry_index::bigint)) AS source
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY
  AS asked (entry_index, value, issuer, source, place)
ORDER BY asked.place
