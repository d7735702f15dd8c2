-- Alerts of certificates that had been used for nothing, where now they are used: they say so, and weigh what the signature
-- weighs, unless it is told by itself. Arrays: $1 watches, $2 subjects of the alerts, $3 the reason, $4 verdicts or empty.
UPDATE alert_alert issued
SET reasons = issued.reasons || jsonb_build_array(used.reason::jsonb), verdict = coalesce(nullif(used.verdict, ''), issued.verdict)
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS used (watch_id, subject, reason, verdict)
WHERE issued.watch_id = used.watch_id::uuid AND issued.subject = used.subject
  AND NOT issued.reasons @> '[{"rule": "certificate-used"}]'
