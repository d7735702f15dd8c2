-- Entries with a trusted certificate that no log of the other kind has, seen some time ago and not longer than an hour
-- before that. $1 milliseconds to wait.
INSERT INTO monitor_cross_log (log_id, entry_index, fact)
SELECT entry.log_id, entry.entry_index,
       CASE WHEN log.kind = 'ct' THEN 'certificate-without-signature' ELSE 'signature-without-certificate' END
FROM monitor_entry entry
JOIN monitor_log log ON log.id = entry.log_id
WHERE entry.seen_at BETWEEN now() - $1::text::bigint * interval '1 millisecond' - interval '1 hour'
                        AND now() - $1::text::bigint * interval '1 millisecond'
  AND entry.trust = 'trusted' AND entry.certificate_key IS NOT NULL
  AND NOT EXISTS (
    SELECT 1 FROM monitor_entry other JOIN monitor_log other_log ON other_log.id = other.log_id
    WHERE other.certificate_key = entry.certificate_key AND (other_log.kind = 'ct') <> (log.kind = 'ct'))
  AND EXISTS (SELECT 1 FROM monitor_log reads WHERE (reads.kind = 'ct') <> (log.kind = 'ct') AND reads.state = 'following')
  AND NOT EXISTS (
    SELECT 1 FROM monitor_log blind
    WHERE (blind.kind = 'ct') <> (log.kind = 'ct')
      AND (blind.state NOT IN ('following', 'retired') OR blind.start_size > 0))
ON CONFLICT DO NOTHING
