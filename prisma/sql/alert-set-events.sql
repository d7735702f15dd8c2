-- Which event new alerts are of, and which mail tells of them. Arrays: $1 alerts, $2 events, $3 mails or empty, $4 when the
-- mail had told of the same signature, or empty.
UPDATE alert_alert SET
  event_id = told.event_id::uuid, mail_id = nullif(told.mail_id, '')::uuid, told_at = nullif(told.told_at, '')::timestamptz
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS told (alert_id, event_id, mail_id, told_at)
WHERE alert_alert.id = told.alert_id::uuid
