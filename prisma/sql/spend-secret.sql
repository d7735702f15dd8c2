-- Spends a one-time secret: of many uses at the same time exactly one finds it unused.
-- $1 SHA-256 of the secret · $2 purpose
UPDATE account_secret
SET used_at = now()
WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > now()
RETURNING payload
