-- A burst began before it could be told from routine: what came in its first minutes becomes part of its event, if it was
-- nothing else and nobody answered it. Whatever of that was not told yet is told by the burst's own message. An event
-- whose message is leaving in this moment is passed by, so that nothing waits for anybody's mail server. $1 alerts of
-- bursts, $2 the rules that say no more than that there is a signature.
WITH burst AS (
  SELECT alert.*, facts->>'source' AS source, facts->>'signer' AS signer, facts->>'identity' AS name,
         CASE WHEN many.run > many.recent THEN facts->'claims'->>'runInvocationUri' END AS run,
         CASE WHEN many.run > many.recent THEN facts->'usual'->'run'->>'since' ELSE facts->'usual'->>'recentSince' END::timestamptz AS since
  FROM alert_alert alert
  CROSS JOIN LATERAL (
    SELECT coalesce((facts->'usual'->'run'->>'signatures')::int, 0) AS run, (facts->'usual'->>'recent')::int AS recent) many
  WHERE alert.id = ANY($1::text[]::uuid[])
), early AS (
  SELECT DISTINCT ON (alert.event_id) alert.event_id, burst.event_id AS burst_id
  FROM burst JOIN alert_alert alert ON alert.watch_id = burst.watch_id AND alert.event_id <> burst.event_id
    -- No alert is made before its signature; clocks differ by less than this.
    AND alert.created_at >= burst.since - interval '10 minutes'
    AND alert.happened_at >= burst.since AND alert.happened_at <= burst.happened_at
    AND alert.facts->>'source' IS NOT DISTINCT FROM burst.source AND alert.facts->>'signer' IS NOT DISTINCT FROM burst.signer
    -- The address of a workflow has the ref in it, and its past is that of its repository.
    AND (burst.source IS NOT NULL OR alert.facts->>'identity' = burst.name)
    AND (burst.run IS NULL OR alert.facts->'claims'->>'runInvocationUri' = burst.run)
  ORDER BY alert.event_id, burst.happened_at
), free AS (
  SELECT alert.id, alert.watch_id, alert.event_id, alert.mail_id, alert.told_at, early.burst_id
  FROM early JOIN alert_alert alert ON alert.event_id = early.event_id
  FOR UPDATE OF alert SKIP LOCKED
), joining AS (
  SELECT free.* FROM free WHERE NOT EXISTS (
    SELECT 1 FROM alert_alert part WHERE part.event_id = free.event_id AND (
      NOT EXISTS (SELECT 1 FROM free held WHERE held.id = part.id)
      OR EXISTS (SELECT 1 FROM jsonb_array_elements(part.reasons) AS reason WHERE reason->>'rule' <> ALL($2::text[]))
      OR EXISTS (SELECT 1 FROM account_answer said WHERE said.alert_id = part.id AND said.undone_at IS NULL)))
  AND NOT EXISTS (SELECT 1 FROM account_response noted WHERE noted.event_id = free.event_id)
), own_mail AS (
  -- Of the burst, the message to the same address.
  SELECT joining.id, told.mail_id, told.told_at
  FROM joining JOIN account_watch watch ON watch.id = joining.watch_id
  CROSS JOIN LATERAL (
    SELECT alert.mail_id, alert.told_at FROM alert_alert alert JOIN account_watch also ON also.id = alert.watch_id
    WHERE alert.event_id = joining.burst_id AND also.email = watch.email AND alert.mail_id IS NOT NULL
    ORDER BY alert.told_at NULLS FIRST, alert.happened_at LIMIT 1
  ) told
  WHERE joining.mail_id IS NOT NULL AND joining.told_at IS NULL
), waiting AS (
  SELECT mail.id FROM mail_outbox mail
  WHERE mail.id IN (SELECT joining.mail_id FROM joining JOIN own_mail ON own_mail.id = joining.id)
    AND mail.state = 'queued' AND mail.message ? 'alertId'
    AND NOT EXISTS (
      SELECT 1 FROM alert_alert other WHERE other.mail_id = mail.id AND other.id NOT IN (SELECT id FROM own_mail))
  FOR UPDATE SKIP LOCKED
), withdrawn AS (
  DELETE FROM mail_outbox WHERE id IN (SELECT id FROM waiting) RETURNING id
), undelivered AS (
  SELECT delivery.id FROM alert_delivery delivery JOIN joining ON joining.id = delivery.alert_id
  WHERE delivery.kind = 'alert' AND delivery.state = 'queued' AND delivery.attempts = 0 AND EXISTS (
    SELECT 1 FROM alert_delivery instead JOIN alert_alert alert ON alert.id = instead.alert_id
    WHERE instead.channel_id = delivery.channel_id AND instead.kind = 'alert' AND alert.event_id = joining.burst_id)
  FOR UPDATE OF delivery SKIP LOCKED
), dropped AS (
  DELETE FROM alert_delivery WHERE id IN (SELECT id FROM undelivered)
)
UPDATE alert_alert alert SET
  event_id = joining.burst_id,
  mail_id = CASE WHEN instead.id IS NULL THEN alert.mail_id ELSE instead.mail_id END,
  told_at = CASE WHEN instead.id IS NULL THEN alert.told_at ELSE instead.told_at END
FROM joining LEFT JOIN (
  SELECT own_mail.* FROM own_mail JOIN joining USING (id) JOIN mail_outbox mail ON mail.id = joining.mail_id
  WHERE mail.message ? 'summary' OR mail.id IN (SELECT id FROM withdrawn)
) instead ON instead.id = joining.id
WHERE alert.id = joining.id
