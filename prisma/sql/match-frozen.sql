-- Which of these were signed while their name or repository was frozen: by whoever watches it, a freeze is the owner's and no
-- secret. Arrays: $1 names, $2 repositories or empty, $3 when they were signed.
SELECT asked.place
FROM unnest($1::text[], $2::text[], $3::text[]::timestamptz[]) WITH ORDINALITY AS asked (name, source, signed_at, place)
WHERE EXISTS (
  SELECT 1 FROM account_freeze stopped
  WHERE stopped.value IN (asked.name, nullif(asked.source, '')) AND stopped.created_at < asked.signed_at
    AND (stopped.lifted_at IS NULL OR stopped.lifted_at > asked.signed_at))
