-- Counts one use of each key in the hour that runs now, and forgets what is older than a day.
-- $1 keys
WITH forgotten AS (
  DELETE FROM account_limit WHERE opens_at < now() - interval '1 day'
)
INSERT INTO account_limit (key, opens_at, used)
SELECT key, date_trunc('hour', now()), 1 FROM unnest($1::text[]) AS key
ON CONFLICT (key, opens_at) DO UPDATE SET used = account_limit.used + 1
RETURNING key, used
