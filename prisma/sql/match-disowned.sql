-- Of these watches and names, which have an alert of which somebody said that the signature was not theirs, as the last word on
-- it: an answer taken back or an incident that was closed is none. Only what was genuine and in that very name says that
-- somebody signs as it: a look-alike or a forgery says nothing of the name it imitates. Arrays: $1 watches, $2 names
WITH disowned AS MATERIALIZED (
  SELECT DISTINCT alert.watch_id, alert.facts->>'identity' AS identity, alert.facts->>'signer' AS signer,
    alert.facts->>'source' AS source
  FROM alert_alert alert
  JOIN account_answer said ON said.alert_id = alert.id AND said.answer = 'not-mine' AND said.undone_at IS NULL
  WHERE alert.watch_id = ANY ($1::text[]::uuid[])
    AND alert.facts->>'lookAlike' IS NULL AND alert.facts->>'trust' NOT IN ('untrusted', 'unparsable')
    AND NOT EXISTS (
      SELECT 1 FROM account_answer later
      WHERE later.alert_id = alert.id AND later.id > said.id AND later.undone_at IS NULL AND later.answer = 'resolved')
)
SELECT DISTINCT asked.watch_id, asked.name
FROM unnest($1::text[], $2::text[]) AS asked (watch_id, name)
JOIN disowned ON disowned.watch_id = asked.watch_id::uuid
  AND asked.name IN (disowned.identity, disowned.signer, disowned.source)
