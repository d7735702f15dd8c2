-- Takes the alerts that were told and that nobody answered for so long, or whose mail came back, each once. $1 now,
-- $2 milliseconds. Older than three days they are in the inbox, and nobody is woken for them.
UPDATE alert_alert alert SET escalated_at = $1::text::timestamptz
FROM account_watch watch
WHERE watch.id = alert.watch_id AND watch.state = 'confirmed'
  AND alert.verdict IN ('unexpected', 'contradiction') AND alert.escalated_at IS NULL
  AND alert.created_at > $1::text::timestamptz - interval '3 days'
  AND (alert.told_at < $1::text::timestamptz - $2::text::bigint * interval '1 millisecond'
    OR EXISTS (SELECT 1 FROM mail_outbox mail WHERE mail.id = alert.mail_id AND mail.state = 'failed'))
  AND EXISTS (
    SELECT 1 FROM account_channel channel
    WHERE channel.watch_id = alert.watch_id AND channel.told = 'second' AND channel.ended_at IS NULL
      AND channel.confirmed_at IS NOT NULL)
  AND NOT EXISTS (
    SELECT 1 FROM account_heard_answer said WHERE said.alert_id = alert.id)
RETURNING alert.id, alert.watch_id, alert.event_id, watch.email
