-- One more canary, if the last was asked for long enough ago and somebody has signed in that log already. After one that
-- was not seen the next comes within a minute: an alarm should not outlast what it is about.
-- $1 id · $2 digest · $3 pattern of the log's address · $4 milliseconds between two.
INSERT INTO monitor_canary (id, log_id, digest)
SELECT $1::uuid, log.id, $2::bytea
FROM monitor_log log
WHERE log.kind = 'rekor-v2' AND NOT log.ended AND log.state IN ('following', 'frozen', 'unreachable') AND log.url LIKE $3
  AND log.verified_size > 0
  AND NOT EXISTS (
    SELECT 1 FROM monitor_canary earlier
    WHERE earlier.asked_at > now() - CASE WHEN earlier.seen_at IS NULL THEN least($4::text::bigint, 60000)
                                          ELSE $4::text::bigint END * interval '1 millisecond')
ORDER BY log.verified_size DESC
LIMIT 1
RETURNING id, (SELECT url FROM monitor_log WHERE id = log_id) AS url
