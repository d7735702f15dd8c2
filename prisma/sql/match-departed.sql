-- Which of these names are addresses of people who left the team of the watch. Arrays: $1 watches, $2 names.
SELECT watch.id AS watch_id, departed.address
FROM unnest($1::text[], $2::text[]) AS asked (watch_id, name)
JOIN account_watch watch ON watch.id = asked.watch_id::uuid
JOIN account_departed departed ON departed.team_id = watch.team_id AND departed.address = asked.name
