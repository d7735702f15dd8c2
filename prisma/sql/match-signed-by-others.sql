-- Which of these files somebody else had signed before, genuinely. Arrays: $1 digests in hexadecimal, $2 names. The log's
-- flood of one digest is bounded: the first hundred entries are looked at.
SELECT asked.place
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (digest, value, place)
WHERE asked.digest <> '' AND EXISTS (
  SELECT 1 FROM (
    SELECT entry.log_id, entry.entry_index, entry.trust FROM monitor_entry entry
    WHERE entry.digest = decode(asked.digest, 'hex') LIMIT 100
  ) other
  JOIN monitor_log log ON log.id = other.log_id AND log.kind <> 'ct'
  WHERE other.trust = 'trusted'
    AND NOT EXISTS (
      SELECT 1 FROM monitor_identity same
      -- What a forged certificate beside it names is no signer.
      JOIN monitor_signed by ON by.log_id = same.log_id AND by.entry_index = same.entry_index AND by.signer = same.signer
        AND by.trust <> 'untrusted'
      WHERE same.log_id = other.log_id AND same.entry_index = other.entry_index AND same.value = asked.value))
