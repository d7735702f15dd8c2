-- Certificates in CT logs, matched by a confirmed watch, that no signature log shows in use. $1: milliseconds to wait.
-- The 500 matches that are due longest are looked at, and are done with but for those that wait a minute more: while a
-- signature log that could have it was not read to its end since (but for five seconds, in which it is looked at), its
-- entries are merely unknown. For an hour that is waited for, in which somebody looked (monitor_counterpart).
WITH due AS MATERIALIZED (
  SELECT watch_id, log_id, entry_index, at FROM match_match
  WHERE ask_use_at < now() - $1::text::bigint * interval '1 millisecond'
  ORDER BY ask_use_at LIMIT 500
  FOR UPDATE SKIP LOCKED
), unused AS MATERIALIZED (
  SELECT due.watch_id, due.log_id, due.entry_index,
    EXISTS (
      SELECT 1 FROM monitor_counterpart other
      WHERE other.log_id = due.log_id AND other.is_read
        AND coalesce(other.read_at, '-infinity') < due.at + $1::text::bigint * interval '1 millisecond' - interval '5 seconds'
        AND (NOT other.is_given_up OR due.at > now() - interval '1 hour')) AS waits
  FROM due
  JOIN monitor_log log ON log.id = due.log_id AND log.kind = 'ct'
  JOIN monitor_entry entry ON entry.log_id = due.log_id AND entry.entry_index = due.entry_index
  WHERE entry.certificate_key IS NOT NULL
    AND NOT EXISTS (
      SELECT 1 FROM monitor_signed used JOIN monitor_log used_log ON used_log.id = used.log_id AND used_log.kind <> 'ct'
      WHERE used.certificate_key = entry.certificate_key)
    AND NOT EXISTS (
      SELECT 1 FROM alert_alert alert
      WHERE alert.watch_id = due.watch_id AND alert.log_id = due.log_id AND alert.entry_index = due.entry_index)
), looked_at AS (
  UPDATE match_match match
  SET ask_use_at = CASE WHEN EXISTS (
    SELECT 1 FROM unused
    WHERE unused.watch_id = due.watch_id AND unused.log_id = due.log_id AND unused.entry_index = due.entry_index
      AND unused.waits) THEN now() + interval '1 minute' - $1::text::bigint * interval '1 millisecond' END
  FROM due
  WHERE match.watch_id = due.watch_id AND match.log_id = due.log_id AND match.entry_index = due.entry_index
)
SELECT (SELECT count(*) FROM due)::int AS looked_at, coalesce((SELECT jsonb_agg(to_jsonb(found)) FROM (
  SELECT watch.id AS watch_id, watch.email, watch.kind AS watch_kind, watch.value, log.id AS log_id, log.name AS log_name,
         entry.entry_index::text, entry.trust, entry.issuer, entry.not_before, entry.not_after, entry.serial, entry.source,
         entry.claims, entry.seen_at, signer.value AS signer, coalesce(spelt.exact, '{}') AS exact,
         encode(entry.certificate_key, 'hex') AS certificate_key
  FROM unused
  JOIN monitor_log log ON log.id = unused.log_id
  JOIN monitor_entry entry ON entry.log_id = unused.log_id AND entry.entry_index = unused.entry_index
  JOIN account_watch watch ON watch.id = unused.watch_id AND watch.state = 'confirmed'
  -- Whom it was issued for, where what is watched is none of its names: a domain, a key, a login.
  LEFT JOIN LATERAL (
    SELECT identity.value FROM monitor_identity identity
    WHERE identity.log_id = entry.log_id AND identity.entry_index = entry.entry_index
      AND identity.kind IN ('email', 'uri', 'username')
      AND NOT EXISTS (
        SELECT 1 FROM monitor_identity same
        WHERE same.log_id = entry.log_id AND same.entry_index = entry.entry_index AND same.value = watch.value)
    ORDER BY identity.kind, identity.value LIMIT 1
  ) signer ON true
  CROSS JOIN LATERAL (
    SELECT jsonb_object_agg(identity.value, identity.exact) FILTER (WHERE identity.exact IS NOT NULL) AS exact
    FROM monitor_identity identity
    WHERE identity.log_id = entry.log_id AND identity.entry_index = entry.entry_index
      AND identity.value IN (watch.value, signer.value, entry.source)
  ) spelt
  WHERE NOT unused.waits
) found), '[]') AS found
