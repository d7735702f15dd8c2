-- Takes one due delivery for as long as this transaction lives, as claim-mail does. A channel that was answered 410 since
-- it was last switched on takes no more. A replay says what the first one said: its kind and time are that one's.
-- $1: the delivery.
SELECT delivery.id, delivery.alert_id, coalesce(original.kind, delivery.kind) AS kind, delivery.webhook_id, delivery.attempts,
       coalesce(original.created_at, delivery.created_at) AS created_at, delivery.news,
       channel.id AS channel_id, channel.kind AS channel_kind, channel.url, channel.secret, channel.private_key,
       CASE WHEN channel.previous_until > now() THEN channel.previous_secret END AS previous_secret,
       channel.ended_at IS NOT NULL OR channel.confirmed_at IS NULL OR EXISTS (
         SELECT 1 FROM alert_delivery gone
         WHERE gone.channel_id = channel.id AND gone.state = 'gone' AND gone.done_at > channel.enabled_at) AS is_off
FROM alert_delivery delivery JOIN account_channel channel ON channel.id = delivery.channel_id
LEFT JOIN alert_delivery original ON original.id = delivery.replays
WHERE delivery.id = $1 AND delivery.state = 'queued' AND delivery.next_at <= now() + interval '1 millisecond'
FOR UPDATE OF delivery SKIP LOCKED
