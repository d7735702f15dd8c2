-- A match in a CT log is kept to be asked about until it is known what became of its certificate: what there is to do is
-- then an index of its own, however many matches there are, and nothing is passed over for being old.
ALTER TABLE match_match ADD COLUMN ask_use_at timestamptz(3);
CREATE INDEX match_match_ask_use_at_idx ON match_match (ask_use_at) WHERE ask_use_at IS NOT NULL;

-- As far back as was looked until now.
UPDATE match_match match SET ask_use_at = match.at
FROM monitor_log log
WHERE log.id = match.log_id AND log.kind = 'ct' AND match.at > now() - interval '7 days'
  AND NOT EXISTS (
    SELECT 1 FROM alert_alert alert
    WHERE alert.watch_id = match.watch_id AND alert.log_id = match.log_id AND alert.entry_index = match.entry_index);
