-- Mails for new alerts, in the transaction that makes them. $1 outbox ids, $2 recipients, $3 messages, $4 when due: at
-- once, or the end of the hour for a summary, which several alerts ask for and one row answers.
INSERT INTO mail_outbox (id, kind, recipient, message_id, message, next_at)
SELECT DISTINCT ON (id) id::uuid, 'alert', recipient, '<' || id || '@sigwatch>', message::jsonb,
       greatest(due::timestamptz, now())
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS mail (id, recipient, message, due)
ON CONFLICT (id) DO NOTHING
