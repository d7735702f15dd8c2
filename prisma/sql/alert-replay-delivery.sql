-- What was sent to a channel once more: the same content under the same webhook id, whatever it was. $1 the delivery.
INSERT INTO alert_delivery (id, channel_id, alert_id, kind, webhook_id, news, replays)
SELECT gen_random_uuid(), channel_id, alert_id, 'replay', webhook_id, news, coalesce(replays, id)
FROM alert_delivery WHERE id = $1::text::uuid
