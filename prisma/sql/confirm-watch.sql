-- Spends a confirmation token, once: of many presses at the same time exactly one finds the row pending.
-- $1 SHA-256 of the token
UPDATE account_watch
SET state = 'confirmed', confirmed_at = now()
WHERE token_hash = $1 AND state = 'pending' AND expires_at > now()
RETURNING id, kind, value, email, stop_token
