-- The next entries of a log that are due are held against the logs of the other kind, each once: those with a trusted
-- certificate, whichever of its signers', that none of them has become facts. $1 log, $2 milliseconds to wait, $3 how many.
-- Due is what was seen so long before the others were last read to their end: one that is not is waited for, an hour at most
-- (prisma/migrations/*_compared_logs). A log that was not read from its beginning proves nothing by what it lacks.
WITH known AS (
  SELECT size FROM monitor_comparison WHERE log_id = $1
), until AS (
  SELECT CASE WHEN count(*) FILTER (WHERE start_size > 0) = 0 THEN least(
      max(read_at) - $2::text::bigint * interval '1 millisecond',
      min(greatest(
        coalesce(read_at, '-infinity') - $2::text::bigint * interval '1 millisecond',
        CASE WHEN is_given_up THEN now() - $2::text::bigint * interval '1 millisecond' - interval '1 hour' END
      )) FILTER (WHERE is_read)) END AS seen_at
  FROM monitor_counterpart WHERE log_id = $1
  HAVING max(read_at) IS NOT NULL
), lot AS MATERIALIZED (
  SELECT entry_index, seen_at, trust, certificate_key FROM monitor_entry
  WHERE log_id = $1 AND entry_index >= (SELECT size FROM known)
  ORDER BY entry_index LIMIT $3
), due AS MATERIALIZED (
  SELECT * FROM lot
  WHERE seen_at <= (SELECT seen_at FROM until)
    AND entry_index < coalesce((SELECT min(entry_index) FROM lot WHERE seen_at > (SELECT seen_at FROM until)), 9223372036854775807)
), missing AS (
  INSERT INTO monitor_cross_log (log_id, entry_index, fact)
  SELECT DISTINCT $1, entry.entry_index,
    CASE WHEN log.kind = 'ct' THEN 'certificate-without-signature' ELSE 'signature-without-certificate' END
  FROM (
    SELECT entry_index, trust, certificate_key FROM due
    UNION ALL
    SELECT other.entry_index, other.trust, other.certificate_key
    FROM due JOIN monitor_signer other ON other.log_id = $1 AND other.entry_index = due.entry_index
  ) entry
  JOIN monitor_log log ON log.id = $1
  WHERE entry.trust = 'trusted' AND entry.certificate_key IS NOT NULL
    AND NOT EXISTS (
      SELECT 1 FROM monitor_signed other JOIN monitor_log other_log ON other_log.id = other.log_id
      WHERE other.certificate_key = entry.certificate_key AND (other_log.kind = 'ct') <> (log.kind = 'ct'))
  ON CONFLICT DO NOTHING
), moved AS (
  -- Twice does no harm: of two workers the second moves nothing.
  UPDATE monitor_comparison SET size = (SELECT max(entry_index) + 1 FROM due)
  WHERE log_id = $1 AND size = (SELECT size FROM known) AND EXISTS (SELECT 1 FROM due)
)
SELECT count(*)::int AS compared FROM due
