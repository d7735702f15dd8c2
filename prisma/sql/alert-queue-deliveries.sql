-- One delivery for each event and address. Arrays: $1 ids, which follow from both, $2 channels, $3 alerts, $4 webhook ids,
-- $5 when due; $6 alert or second.
INSERT INTO alert_delivery (id, channel_id, alert_id, kind, webhook_id, next_at)
SELECT DISTINCT ON (id) id::uuid, channel_id::uuid, alert_id::uuid, $6, webhook_id, greatest(due::timestamptz, now())
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS told (id, channel_id, alert_id, webhook_id, due)
ON CONFLICT DO NOTHING
RETURNING id
