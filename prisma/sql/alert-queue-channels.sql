-- One delivery for each channel of a watch that is told at once of a new event. Arrays: $1 watches, $2 alerts,
-- $3 webhook ids, $4 when due.
INSERT INTO alert_delivery (id, channel_id, alert_id, kind, webhook_id, next_at)
SELECT gen_random_uuid(), channel.id, told.alert_id::uuid, 'alert', told.webhook_id, greatest(told.due::timestamptz, now())
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS told (watch_id, alert_id, webhook_id, due)
JOIN account_channel channel ON channel.watch_id = told.watch_id::uuid AND channel.ended_at IS NULL AND channel.told = 'at-once'
  AND channel.confirmed_at IS NOT NULL
ON CONFLICT DO NOTHING
