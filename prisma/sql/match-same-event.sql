-- Which matches are of an event that needs no second word: the very same leaf, of the same trust, stands earlier in this
-- log, whether it was told of or is history; or the watch was told of that leaf, or of the same certificate and file, in
-- another log of signatures.
-- $1 log; arrays: $2 watches, $3 certificate keys and $4 digests in hexadecimal, $5 leaf hashes in hexadecimal, $6 indexes,
-- $7 trusts.
SELECT asked.place
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) WITH ORDINALITY
  AS asked (watch_id, certificate_key, digest, leaf_hash, entry_index, trust, place)
WHERE EXISTS (
  SELECT 1 FROM monitor_entry entry
  WHERE entry.leaf_hash = decode(asked.leaf_hash, 'hex') AND entry.log_id = $1
    AND entry.entry_index < asked.entry_index::bigint AND EXISTS (
      SELECT 1 FROM monitor_signed signed
      WHERE signed.log_id = entry.log_id AND signed.entry_index = entry.entry_index AND signed.trust = asked.trust)
) OR EXISTS (
  SELECT 1 FROM monitor_entry entry
  JOIN alert_alert alert ON alert.log_id = entry.log_id AND alert.entry_index = entry.entry_index
    AND alert.watch_id = asked.watch_id::uuid
  WHERE entry.leaf_hash = decode(asked.leaf_hash, 'hex') AND entry.log_id <> $1 AND EXISTS (
      SELECT 1 FROM monitor_signed signed
      WHERE signed.log_id = entry.log_id AND signed.entry_index = entry.entry_index AND signed.trust = asked.trust)
) OR asked.certificate_key <> '' AND asked.digest <> '' AND EXISTS (
  SELECT 1 FROM monitor_signed signed
  JOIN monitor_entry entry ON entry.log_id = signed.log_id AND entry.entry_index = signed.entry_index
  JOIN alert_alert alert ON alert.log_id = entry.log_id AND alert.entry_index = entry.entry_index
    AND alert.watch_id = asked.watch_id::uuid
  WHERE signed.certificate_key = decode(asked.certificate_key, 'hex') AND entry.digest = decode(asked.digest, 'hex')
    AND entry.log_id <> $1)
