-- Which of these files and statement subjects the watched name itself signed, genuinely. Of a subject that everybody signs
-- the first entries are looked at. Arrays: $1 watched names, $2 digests in hexadecimal or empty, $3 subjects or empty.
SELECT asked.place
FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS asked (watched, digest, subject, place)
WHERE EXISTS (
  SELECT 1 FROM (
    (SELECT entry.log_id, entry.entry_index FROM monitor_entry entry
     WHERE asked.digest <> '' AND entry.digest = decode(asked.digest, 'hex') AND entry.trust IN ('trusted', 'none') LIMIT 1000)
    UNION ALL
    (SELECT named.log_id, named.entry_index FROM monitor_name name
     JOIN monitor_identity named ON named.name = name.id AND named.value = asked.subject
     WHERE asked.subject <> '' AND name.id BETWEEN monitor_name_low(asked.subject) AND monitor_name_high(asked.subject)
       AND name.value = asked.subject AND name.trust IN ('trusted', 'none') LIMIT 1000)
  ) signed
  JOIN monitor_log log ON log.id = signed.log_id AND log.kind <> 'ct'
  JOIN monitor_identity own ON own.log_id = signed.log_id AND own.entry_index = signed.entry_index
    AND own.value = asked.watched)
