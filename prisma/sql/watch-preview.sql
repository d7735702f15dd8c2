-- Genuine entries of the last ninety days with one of these names, by this issuer if one is given, or of this digest or
-- certificate; newest first. $1 names, $2 issuer or empty, $3 digest | certificate or empty, $4 its hexadecimal, $5 how many.
WITH found AS (
  SELECT identity.log_id, identity.entry_index, identity.value, identity.seen_at
  FROM unnest($1::text[]) AS asked (value)
  JOIN monitor_identity identity
    ON hashtextextended(identity.value, 0) = hashtextextended(asked.value, 0) AND identity.value = asked.value
  WHERE $3::text = '' AND identity.seen_at > now() - interval '90 days' AND NOT identity.forged
  UNION ALL
  SELECT entry.log_id, entry.entry_index, encode(entry.digest, 'hex'), entry.seen_at
  FROM monitor_entry entry
  WHERE $3::text = 'digest' AND entry.digest = decode($4::text, 'hex') AND entry.seen_at > now() - interval '90 days'
  UNION ALL
  SELECT entry.log_id, entry.entry_index, encode(entry.certificate_hash, 'hex'), entry.seen_at
  FROM monitor_entry entry
  WHERE $3::text = 'certificate' AND entry.certificate_hash = decode($4::text, 'hex')
    AND entry.seen_at > now() - interval '90 days'
)
SELECT DISTINCT ON (found.seen_at, found.log_id, found.entry_index) found.*
FROM found
JOIN monitor_log log ON log.id = found.log_id AND log.kind <> 'ct'
WHERE $2::text = '' OR EXISTS (
  SELECT 1 FROM monitor_entry entry
  WHERE entry.log_id = found.log_id AND entry.entry_index = found.entry_index AND entry.issuer = $2::text)
ORDER BY found.seen_at DESC, found.log_id, found.entry_index
LIMIT $5::text::int
