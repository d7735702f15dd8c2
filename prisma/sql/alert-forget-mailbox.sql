-- Of addresses whose person is gone: what waits is not sent any more; of what was sent only stays that a mail was.
-- $1 addresses.
WITH waiting AS (
  DELETE FROM mail_outbox WHERE recipient = ANY($1::text[]) AND state = 'queued'
), shown AS (
  DELETE FROM mail_mailbox WHERE recipient = ANY($1::text[])
), bounced AS (
  DELETE FROM mail_bounce WHERE address = ANY($1::text[])
)
UPDATE mail_outbox SET recipient = 'deleted', last_error = NULL
WHERE recipient = ANY($1::text[]) AND state <> 'queued'
