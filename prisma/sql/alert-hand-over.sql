-- Alerts of watches whose address changes: what waits to be mailed goes to the new one, and of what was mailed the links
-- open nothing any more. $1 watches, $2 the new address, $3 the old ones.
WITH waiting AS (
  UPDATE mail_outbox SET recipient = $2::text
  WHERE state = 'queued' AND recipient = ANY($3::text[])
    AND id IN (SELECT mail_id FROM alert_alert WHERE watch_id = ANY($1::text[]::uuid[]))
  RETURNING id
)
UPDATE alert_alert SET token_hash = sha256(convert_to(gen_random_uuid()::text, 'UTF8'))
WHERE watch_id = ANY($1::text[]::uuid[]) AND mail_id IS NOT NULL AND mail_id NOT IN (SELECT id FROM waiting)
