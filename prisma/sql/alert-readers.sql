-- Who reads what watches are told: their team, or their mailbox where they have none. $1 watches.
SELECT id AS watch_id, coalesce(team_id::text, email) AS reader, created_at
FROM account_watch WHERE id = ANY($1::text[]::uuid[])
