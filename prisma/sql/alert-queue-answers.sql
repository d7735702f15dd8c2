-- Tells machines what was said of an alert they were told of: webhooks and pagers, once for each of these alerts that was
-- sent to them. $1 alerts.
INSERT INTO alert_delivery (id, channel_id, alert_id, kind, webhook_id)
SELECT gen_random_uuid(), told.channel_id, told.alert_id, 'answer', 'msg_' || gen_random_uuid()
FROM (
  SELECT DISTINCT delivery.channel_id, delivery.alert_id
  FROM alert_delivery delivery
  JOIN account_channel channel ON channel.id = delivery.channel_id AND channel.ended_at IS NULL
    AND channel.kind IN ('webhook', 'pagerduty')
  WHERE delivery.alert_id = ANY($1::text[]::uuid[]) AND delivery.kind IN ('alert', 'second')
) told
