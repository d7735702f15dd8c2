-- Genuine entries of the last ninety days with one of these names, by this issuer if one is given, or of this digest or
-- certificate; newest first. $1 names, $2 issuer or empty, $3 digest | certificate or empty, $4 its hexadecimal, $5 how many,
-- $6 the subject at that issuer: one of the names, or what the token said, in lower case.
WITH found AS (
  SELECT identity.log_id, identity.entry_index, identity.value, identity.seen_at
  FROM unnest($1::text[]) AS asked (value)
  JOIN monitor_name name ON name.id BETWEEN monitor_name_low(asked.value) AND monitor_name_high(asked.value)
    AND name.value = asked.value AND name.trust <> 'untrusted' AND ($2::text = '' OR name.issuer = $2::text)
    AND name.last_seen_at > now() - interval '90 days'
  CROSS JOIN LATERAL (
    SELECT run.log_id, run.entry_index, run.value, run.seen_at FROM monitor_identity run
    -- Not `=`: of one name the planner would think that it has as few as most have, and sort them all.
    WHERE run.name BETWEEN name.id AND name.id AND run.seen_at > now() - interval '90 days'
    ORDER BY run.name, run.seen_at DESC, run.entry_index DESC LIMIT $5::text::int * 3
  ) identity
  WHERE $3::text = ''
  UNION ALL
  SELECT entry.log_id, entry.entry_index, encode(entry.digest, 'hex'), entry.seen_at
  FROM monitor_entry entry
  WHERE $3::text = 'digest' AND entry.digest = decode($4::text, 'hex') AND entry.seen_at > now() - interval '90 days'
  UNION ALL
  SELECT subject.log_id, subject.entry_index, $4::text, subject.seen_at
  FROM (SELECT 'sha256:' || lower($4::text) AS value) AS asked
  JOIN monitor_name name ON name.id BETWEEN monitor_name_low(asked.value) AND monitor_name_high(asked.value)
    AND name.value = asked.value AND name.trust <> 'untrusted'
  JOIN monitor_identity subject ON subject.name = name.id AND subject.value = asked.value
    AND subject.seen_at > now() - interval '90 days'
  WHERE $3::text = 'digest'
  UNION ALL
  SELECT entry.log_id, entry.entry_index, encode(signed.certificate_hash, 'hex'), entry.seen_at
  FROM monitor_signed signed
  JOIN monitor_entry entry ON entry.log_id = signed.log_id AND entry.entry_index = signed.entry_index
  WHERE $3::text = 'certificate' AND signed.certificate_hash = decode($4::text, 'hex')
    AND entry.seen_at > now() - interval '90 days'
)
SELECT DISTINCT ON (found.seen_at, found.log_id, found.entry_index) found.*
FROM found
JOIN monitor_log log ON log.id = found.log_id AND log.kind <> 'ct'
WHERE $2::text = '' OR EXISTS (
  SELECT 1 FROM monitor_signed entry
  WHERE entry.log_id = found.log_id AND entry.entry_index = found.entry_index AND entry.issuer = $2::text
    AND (found.value = $6::text OR lower(entry.claims->>'tokenSubject') = $6::text))
ORDER BY found.seen_at DESC, found.log_id, found.entry_index
LIMIT $5::text::int
