-- Everything that is one event with an alert, oldest first, and how many that is. A burst began before it could be told
-- from routine: what came in those minutes is part of it, whatever was thought of it then.
-- $1 alert, $2 how many to pass by, $3 how many to give.
WITH this AS (
  SELECT id, watch_id, mail_id FROM alert_alert WHERE id = $1::text::uuid
), lead AS (
  SELECT alert.happened_at AS first,
         CASE WHEN alert.reasons->0->>'rule' = 'burst'
              THEN (alert.facts->'usual'->>'recentSince')::timestamptz END AS since
  FROM alert_alert alert JOIN this ON alert.watch_id = this.watch_id
  WHERE alert.id = this.id OR alert.mail_id = this.mail_id
  ORDER BY alert.happened_at, alert.entry_index LIMIT 1
)
SELECT alert.id, alert.verdict, alert.reasons, alert.facts, alert.log_id AS "logId", alert.entry_index::text AS index,
       alert.happened_at AS "happenedAt", count(*) OVER ()::int AS total
FROM alert_alert alert JOIN this ON alert.watch_id = this.watch_id CROSS JOIN lead
WHERE alert.id = this.id OR alert.mail_id = this.mail_id
   OR (alert.happened_at >= lead.since AND alert.happened_at <= lead.first)
ORDER BY alert.happened_at, alert.log_id, alert.entry_index
OFFSET $2::text::int LIMIT $3::text::int
