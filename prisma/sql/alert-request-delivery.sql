-- A test of a channel, which a person asks for. $1 channel, $2 webhook id.
INSERT INTO alert_delivery (id, channel_id, kind, webhook_id)
VALUES (gen_random_uuid(), $1::text::uuid, 'test', $2::text)
