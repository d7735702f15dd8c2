-- What is wrong with machines at this moment. A log that misbehaves is no trouble of machines: monitor_incident has it, and
-- everybody was told; its operator is told how to go on.
SELECT 'log ' || id AS key, id AS log_id, name, state,
       (SELECT kind FROM monitor_incident incident
        WHERE log_id = monitor_log.id AND state = 'misbehaving' AND resolved_at IS NULL AND kind <> 'freeze'
        ORDER BY opened_at DESC LIMIT 1) AS incident,
       state <> 'misbehaving' AS blinds,
       coalesce(state_reason, '') AS reason
FROM monitor_log WHERE state IN ('unreachable', 'unwitnessed', 'frozen', 'misbehaving')
UNION ALL
-- Whoever was to look at it: a worker that was stopped, or cut off from the database without a word.
SELECT 'log ' || id, id, name, 'unseen', NULL, true, 'no worker looked at it since ' || polled_at
FROM monitor_log WHERE state IN ('following', 'behind', 'starting') AND polled_at < now() - interval '1 minute'
UNION ALL
SELECT 'canary', '', '', 'canary', NULL, false, 'the newest signature it made itself is ' || canary.id
FROM (SELECT id, seen_at FROM monitor_canary
      WHERE asked_at < now() - interval '1 minute' OR seen_at IS NOT NULL ORDER BY asked_at DESC LIMIT 1) canary
WHERE canary.seen_at IS NULL
UNION ALL
SELECT 'mail', '', '', 'mail', NULL, false, count(*) || ' wait'
FROM mail_outbox WHERE state = 'queued' AND attempts > 0 AND created_at < now() - interval '15 minutes'
HAVING count(*) > 0
