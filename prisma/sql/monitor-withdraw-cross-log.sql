-- Facts of the last week that are none any more: what was missing came late.
DELETE FROM monitor_cross_log fact
USING monitor_entry entry, monitor_log log
WHERE fact.found_at > now() - interval '7 days'
  AND entry.log_id = fact.log_id AND entry.entry_index = fact.entry_index AND log.id = fact.log_id
  AND EXISTS (
    SELECT 1 FROM monitor_signed other JOIN monitor_log other_log ON other_log.id = other.log_id
    WHERE other.certificate_key = entry.certificate_key AND (other_log.kind = 'ct') <> (log.kind = 'ct'))
