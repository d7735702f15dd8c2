-- Which of these were signed while their name or repository was frozen: by whoever watches it, a freeze is the owner's and no
-- secret. Certificates know whole seconds: one of the second in which it was lifted may be of after it, and what a freeze spares
-- may sign. Arrays: $1 names, $2 repositories or empty, $3 when they were signed, $4 and $5 numbers of repositories and owners.
SELECT asked.place
FROM unnest($1::text[], $2::text[], $3::text[]::timestamptz[], $4::text[], $5::text[])
  WITH ORDINALITY AS asked (name, source, signed_at, repository, owner, place)
WHERE EXISTS (
  SELECT 1 FROM account_freeze stopped
  WHERE stopped.value IN (asked.name, nullif(asked.source, '')) AND stopped.created_at < asked.signed_at
    AND NOT stopped.spared && ARRAY['repository ' || asked.repository, 'owner ' || asked.owner]
    AND (stopped.lifted_at IS NULL OR stopped.lifted_at >= asked.signed_at + interval '1 second'))
