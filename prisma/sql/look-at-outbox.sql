-- How mail is doing: what has waited longest, what was given up in the last day, and why the last try failed.
SELECT
  extract(epoch FROM now() - min(created_at) FILTER (WHERE state = 'queued')) * 1000 AS "oldestMs",
  count(*) FILTER (WHERE state = 'failed' AND created_at > now() - interval '1 day') AS failed,
  (array_agg(last_error ORDER BY created_at DESC) FILTER (WHERE last_error IS NOT NULL AND state <> 'sent'))[1] AS "lastError"
FROM mail_outbox;
