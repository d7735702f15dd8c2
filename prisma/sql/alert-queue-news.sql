-- Tells the channels of watches what is about no signature, once for each address a reader has. $1 what makes it one,
-- $2 the news, $3 all or some, $4 the watches, if some.
INSERT INTO alert_delivery (id, channel_id, kind, webhook_id, news)
SELECT DISTINCT ON (told.id) told.id, told.channel_id, 'news', 'msg_' || told.id, $2::text::jsonb
FROM (
  SELECT md5(concat_ws(' ', $1::text, coalesce(watch.team_id::text, watch.email), channel.kind,
             coalesce(nullif(channel.place_key, ''), channel.id::text)))::uuid AS id,
         channel.id AS channel_id, channel.created_at
  FROM account_channel channel
  JOIN account_watch watch ON watch.id = channel.watch_id AND watch.state = 'confirmed'
  WHERE channel.ended_at IS NULL AND channel.confirmed_at IS NOT NULL AND channel.told = 'at-once'
    AND ($3::text = 'all' OR watch.id::text = ANY($4::text[]))
) told
ORDER BY told.id, told.created_at
ON CONFLICT DO NOTHING
RETURNING id
