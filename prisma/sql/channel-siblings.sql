-- Other webhooks of one reader that lead to the address of this one: what is told there once is signed for each of them.
-- $1 channel.
SELECT also.id AS channel_id, also.url, also.secret, also.private_key,
       CASE WHEN also.previous_until > now() THEN also.previous_secret END AS previous_secret
FROM account_channel channel
JOIN account_watch own ON own.id = channel.watch_id
JOIN account_channel also ON also.place_key = channel.place_key AND also.kind = channel.kind AND also.id <> channel.id
  AND also.ended_at IS NULL
JOIN account_watch watch ON watch.id = also.watch_id AND watch.team_id IS NOT DISTINCT FROM own.team_id
  AND (own.team_id IS NOT NULL OR watch.email = own.email)
WHERE channel.id = $1 AND channel.kind = 'webhook' AND channel.place_key <> ''
ORDER BY also.created_at, also.id
LIMIT 20
