-- Which of these names are addresses of people who left the team of the watch. Arrays: $1 watches, $2 names.
SELECT asked.place
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (watch_id, name, place)
JOIN account_watch watch ON watch.id = asked.watch_id::uuid
JOIN account_departed departed ON departed.team_id = watch.team_id AND departed.address = asked.name
