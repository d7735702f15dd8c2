-- The channels of watches that are told at once, or second; those that answered that they are gone come last, so that
-- another with the same address goes first. $1 watches, $2 when they are told.
SELECT id, watch_id, kind, coalesce(nullif(place_key, ''), id::text) AS place
FROM account_channel channel
WHERE watch_id = ANY($1::text[]::uuid[]) AND ended_at IS NULL AND confirmed_at IS NOT NULL AND told = $2
ORDER BY EXISTS (
  SELECT 1 FROM alert_delivery gone
  WHERE gone.channel_id = channel.id AND gone.state = 'gone' AND gone.done_at > channel.enabled_at), created_at, id
