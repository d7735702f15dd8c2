-- Channels whose person is gone, with what was sent, or still waits to be sent, through them. $1 channels.
WITH gone AS (
  DELETE FROM account_channel WHERE id = ANY($1::text[]::uuid[])
)
DELETE FROM alert_delivery WHERE channel_id = ANY($1::text[]::uuid[])
