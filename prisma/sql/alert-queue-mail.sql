-- A mail for each new alert, in the transaction that makes the alert. $1 outbox ids, $2 recipients, $3 messages.
INSERT INTO mail_outbox (id, kind, recipient, message_id, message)
SELECT id::uuid, 'alert', recipient, '<' || id || '@sigwatch>', message::jsonb
FROM unnest($1::text[], $2::text[], $3::text[]) AS mail (id, recipient, message)
ON CONFLICT (id) DO NOTHING
