-- Facts of the last week that are none any more: what was missing of any of its trusted signers came late.
DELETE FROM monitor_cross_log fact
USING monitor_log log
WHERE fact.found_at > now() - interval '7 days' AND log.id = fact.log_id
  AND NOT EXISTS (
    SELECT 1 FROM monitor_signed entry
    WHERE entry.log_id = fact.log_id AND entry.entry_index = fact.entry_index
      AND entry.trust = 'trusted' AND entry.certificate_key IS NOT NULL
      AND NOT EXISTS (
        SELECT 1 FROM monitor_signed other JOIN monitor_log other_log ON other_log.id = other.log_id
        WHERE other.certificate_key = entry.certificate_key AND (other_log.kind = 'ct') <> (log.kind = 'ct')))
