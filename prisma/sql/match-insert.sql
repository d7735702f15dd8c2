-- Keeps the matches whose watch is still confirmed, and says whom they concern. $1 log, $2 watches, $3 entry indexes.
WITH inserted AS (
  INSERT INTO match_match (watch_id, log_id, entry_index, ask_use_at)
  SELECT watch.id, $1, match.entry_index::bigint,
    (SELECT now() FROM monitor_log log WHERE log.id = $1 AND log.kind = 'ct')
  FROM unnest($2::text[], $3::text[]) AS match (watch_id, entry_index)
  JOIN account_watch watch ON watch.id = match.watch_id::uuid AND watch.state = 'confirmed'
    AND (watch.kind <> 'domain' OR watch.proven_at IS NOT NULL)
  ON CONFLICT DO NOTHING
  RETURNING watch_id, entry_index
)
SELECT inserted.watch_id, inserted.entry_index, watch.kind, watch.value, watch.email
FROM inserted JOIN account_watch watch ON watch.id = inserted.watch_id
ORDER BY inserted.entry_index, inserted.watch_id
