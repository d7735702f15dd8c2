-- Which matches are of an event that the watch was told of already: the same certificate and file, in another log of
-- signatures. Arrays: $2 watches, $3 certificate keys and $4 digests in hexadecimal. $1 log.
SELECT asked.place
FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS asked (watch_id, certificate_key, digest, place)
WHERE asked.certificate_key <> '' AND asked.digest <> '' AND EXISTS (
  SELECT 1 FROM monitor_entry entry
  JOIN alert_alert alert ON alert.log_id = entry.log_id AND alert.entry_index = entry.entry_index
    AND alert.watch_id = asked.watch_id::uuid
  WHERE entry.certificate_key = decode(asked.certificate_key, 'hex') AND entry.digest = decode(asked.digest, 'hex')
    AND entry.log_id <> $1)
