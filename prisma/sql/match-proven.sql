-- Which numbers a repository of this name and its owner have by the newest proof of the team that watches. A proof that ended
-- because the name changed hands still says whose it was. Arrays: $1 watches, $2 sources.
SELECT asked.watch_id, asked.source, proven.repository_id, proven.owner_id
FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS pair (watch_id, source)) asked
JOIN account_watch watch ON watch.id = asked.watch_id::uuid
CROSS JOIN LATERAL (
  SELECT (array_agg(own.bound->>'repositoryId' ORDER BY own.proven_at DESC)
           FILTER (WHERE own.kind <> 'organisation' AND own.bound->>'repositoryId' IS NOT NULL))[1] AS repository_id,
         (array_agg(own.bound->>'ownerId' ORDER BY own.proven_at DESC)
           FILTER (WHERE own.bound->>'ownerId' IS NOT NULL))[1] AS owner_id
  FROM account_ownership own
  WHERE own.team_id = watch.team_id AND own.proven_at IS NOT NULL
    AND (own.ended_at IS NULL OR own.ended_as = 'contradicted')
    AND CASE own.kind
          WHEN 'organisation' THEN starts_with(asked.source, own.value || '/')
          WHEN 'repository' THEN own.value = asked.source
          WHEN 'workflow' THEN array_to_string((string_to_array(own.value, '/'))[1:3], '/') = asked.source
          ELSE false
        END
) proven
WHERE proven.repository_id IS NOT NULL OR proven.owner_id IS NOT NULL
