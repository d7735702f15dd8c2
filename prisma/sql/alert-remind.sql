-- Takes the alerts that were told and that nobody answered for a day, each once. $1 now, $2 milliseconds. A forgery is
-- nobody's to answer: of those anyone can make any number.
UPDATE alert_alert alert SET reminded_at = $1::text::timestamptz
FROM account_watch watch
WHERE watch.id = alert.watch_id AND watch.state = 'confirmed'
  AND alert.verdict IN ('unexpected', 'contradiction') AND alert.reminded_at IS NULL AND alert.told_at IS NOT NULL
  AND alert.facts->>'trust' <> 'untrusted'
  AND alert.told_at < $1::text::timestamptz - $2::text::bigint * interval '1 millisecond'
  AND alert.told_at > $1::text::timestamptz - interval '7 days'
  AND NOT EXISTS (
    SELECT 1 FROM account_heard_answer said WHERE said.alert_id = alert.id)
RETURNING alert.id, alert.watch_id, alert.event_id, watch.email
