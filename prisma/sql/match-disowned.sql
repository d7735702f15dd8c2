-- Which of these matches are in a name of which somebody said that an earlier signature was not theirs, as the last word on
-- it: an answer taken back or an incident that was closed is none. Only what was genuine and in that very name says that
-- somebody signs as it: a look-alike or a forgery says nothing of the name it imitates, and neither does a repository with
-- another number. Arrays: $1 watches, $2 names, $3 numbers of their repositories and $4 of the owners, empty where not known.
WITH disowned AS MATERIALIZED (
  SELECT DISTINCT alert.watch_id, alert.facts->>'identity' AS identity, alert.facts->>'signer' AS signer,
    alert.facts->>'source' AS source, alert.facts->'claims'->>'sourceRepositoryIdentifier' AS repository_id,
    alert.facts->'claims'->>'sourceRepositoryOwnerIdentifier' AS owner_id
  FROM alert_alert alert
  JOIN account_answer said ON said.alert_id = alert.id AND said.answer = 'not-mine' AND said.undone_at IS NULL
  WHERE alert.watch_id = ANY ($1::text[]::uuid[])
    AND alert.facts->>'lookAlike' IS NULL AND alert.facts->>'trust' NOT IN ('untrusted', 'unparsable')
    AND NOT EXISTS (
      SELECT 1 FROM account_answer later
      WHERE later.alert_id = alert.id AND later.id > said.id AND later.undone_at IS NULL AND later.answer = 'resolved')
)
SELECT DISTINCT asked.place
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY
  AS asked (watch_id, name, repository_id, owner_id, place)
JOIN disowned ON disowned.watch_id = asked.watch_id::uuid
  AND asked.name IN (disowned.identity, disowned.signer, disowned.source)
  AND coalesce(asked.repository_id = '' OR asked.repository_id = disowned.repository_id, true)
  AND coalesce(asked.owner_id = '' OR asked.owner_id = disowned.owner_id, true)
