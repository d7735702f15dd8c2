-- What a person asks for: a test of a channel, or an alert once more. $1 channel, $2 alert or '', $3 kind, $4 webhook id.
INSERT INTO alert_delivery (id, channel_id, alert_id, kind, webhook_id)
VALUES (gen_random_uuid(), $1::text::uuid, nullif($2::text, '')::uuid, $3::text, $4::text)
