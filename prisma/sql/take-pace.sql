-- Takes some of what may be asked for under a key in the minute that runs now. $1 key, $2 how many. Gives how many were
-- taken by everybody, these included, and how long the minute still lasts.
INSERT INTO account_pace (key, opens_at, used) VALUES ($1, date_trunc('minute', now()), $2::text::int)
ON CONFLICT (key, opens_at) DO UPDATE SET used = account_pace.used + EXCLUDED.used
RETURNING used, extract(epoch FROM opens_at + interval '1 minute' - clock_timestamp())::float8 AS seconds
