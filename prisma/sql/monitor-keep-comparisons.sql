-- Since when a log is not read to its end, as far as somebody looked: the time in which no worker ran is nobody's outage.
INSERT INTO monitor_comparison AS known (log_id, unread_since)
SELECT id, CASE WHEN state = 'following' AND verified_at > now() - interval '1 minute' THEN NULL ELSE now() END FROM monitor_log
ON CONFLICT (log_id) DO UPDATE
SET unread_since = CASE WHEN excluded.unread_since IS NULL THEN NULL
                        WHEN known.kept_at < now() - interval '1 minute' THEN now()
                        ELSE coalesce(known.unread_since, now()) END,
    kept_at = now()
