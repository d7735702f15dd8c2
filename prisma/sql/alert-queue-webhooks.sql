-- One delivery for each webhook of a watch that is told of a new event. Arrays: $1 watches, $2 alerts, $3 webhook ids.
INSERT INTO alert_delivery (id, channel_id, alert_id, kind, webhook_id)
SELECT gen_random_uuid(), channel.id, told.alert_id::uuid, 'alert', told.webhook_id
FROM unnest($1::text[], $2::text[], $3::text[]) AS told (watch_id, alert_id, webhook_id)
JOIN account_channel channel ON channel.watch_id = told.watch_id::uuid AND channel.ended_at IS NULL
ON CONFLICT DO NOTHING
