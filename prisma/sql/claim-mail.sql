-- Takes one due mail for as long as this transaction lives. Another worker passes it by; a worker that dies lets go of
-- it at once. next_at keeps whole milliseconds and may be rounded up past the moment it was set.
-- $1: the outbox id.
SELECT id, kind, recipient, message_id, message, attempts, created_at
FROM mail_outbox
WHERE id = $1 AND state = 'queued' AND next_at <= now() + interval '1 millisecond'
FOR UPDATE SKIP LOCKED
