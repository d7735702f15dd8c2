-- Watches that changed after a version, as they are now: no kind when no longer confirmed. $1 version.
SELECT DISTINCT change.watch_id AS id, watch.kind, coalesce(watch.value, '') AS value, coalesce(watch.proven_at IS NOT NULL OR watch.kind = 'email' AND watch.value = lower(watch.email), false) AS proven,
       CASE WHEN NOT watch.tagged THEN true END AS untagged
FROM match_watch_change change
LEFT JOIN account_watch watch ON watch.id = change.watch_id AND watch.state = 'confirmed'
WHERE change.version > $1::text::bigint
