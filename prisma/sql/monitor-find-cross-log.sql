-- Entries with a trusted certificate, whichever of its signers', that no log of the other kind has, seen some time ago and not longer than two hours
-- before that. $1 milliseconds to wait. What the entry should be in are the logs of the list its own log comes from, or
-- all, where that has none of the other kind. While one of these is not read to its end that is waited for, an hour at
-- most and not for one that misbehaves: nobody must be able to keep others from being compared by keeping a log away.
INSERT INTO monitor_cross_log (log_id, entry_index, fact)
SELECT entry.log_id, entry.entry_index,
       CASE WHEN log.kind = 'ct' THEN 'certificate-without-signature' ELSE 'signature-without-certificate' END
FROM (
  SELECT log_id, entry_index, seen_at, trust, certificate_key FROM monitor_entry
  UNION ALL
  SELECT other.log_id, other.entry_index, seen_at, other.trust, other.certificate_key
  FROM monitor_signer other JOIN monitor_entry USING (log_id, entry_index)
) entry
JOIN monitor_log log ON log.id = entry.log_id
WHERE entry.seen_at BETWEEN now() - $1::text::bigint * interval '1 millisecond' - interval '2 hours'
                        AND now() - $1::text::bigint * interval '1 millisecond'
  AND entry.trust = 'trusted' AND entry.certificate_key IS NOT NULL
  AND NOT EXISTS (
    SELECT 1 FROM monitor_signed other JOIN monitor_log other_log ON other_log.id = other.log_id
    WHERE other.certificate_key = entry.certificate_key AND (other_log.kind = 'ct') <> (log.kind = 'ct'))
  AND EXISTS (
    SELECT 1 FROM monitor_log reads
    WHERE (reads.kind = 'ct') <> (log.kind = 'ct') AND reads.state = 'following'
      AND (reads.family = log.family OR NOT EXISTS (
        SELECT 1 FROM monitor_log peer WHERE peer.family = log.family AND (peer.kind = 'ct') <> (log.kind = 'ct'))))
  AND NOT EXISTS (
    SELECT 1 FROM monitor_log blind
    WHERE (blind.kind = 'ct') <> (log.kind = 'ct')
      AND (blind.family = log.family OR NOT EXISTS (
        SELECT 1 FROM monitor_log peer WHERE peer.family = log.family AND (peer.kind = 'ct') <> (log.kind = 'ct')))
      AND (blind.start_size > 0
        OR (blind.state NOT IN ('following', 'retired', 'misbehaving')
          AND entry.seen_at > now() - $1::text::bigint * interval '1 millisecond' - interval '1 hour')))
ON CONFLICT DO NOTHING
