-- One alert for each watch and entry, whoever comes first. Gives the ids that are new. One array for each column.
INSERT INTO alert_alert (id, watch_id, log_id, entry_index, verdict, reasons, facts, token_hash, rule_id, happened_at, group_key, event_id, subject)
SELECT id::uuid, watch_id::uuid, log_id, entry_index::bigint, verdict, reasons::jsonb, facts::jsonb,
       decode(token_hash, 'hex'), nullif(rule_id, '')::uuid, happened_at::timestamptz, group_key, event_id::uuid, subject
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[])
  AS alert (id, watch_id, log_id, entry_index, verdict, reasons, facts, token_hash, rule_id, happened_at, group_key, event_id, subject)
ON CONFLICT DO NOTHING
RETURNING id
