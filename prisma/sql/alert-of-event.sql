-- Every signature that is one event with an alert, oldest first, and how many that is: once, whichever of one's watches it
-- matched. $1 alert, $2 the watches that who asks may see, or none: all of the team; $3 how many to pass by, $4 how many to
-- give.
WITH this AS (
  SELECT alert.id, alert.event_id, alert.watch_id, own.team_id, own.email
  FROM alert_alert alert JOIN account_watch own ON own.id = alert.watch_id WHERE alert.id = $1::text::uuid
), reach AS (
  SELECT also.id FROM account_watch also JOIN this ON also.team_id IS NOT DISTINCT FROM this.team_id
    AND (this.team_id IS NOT NULL OR also.email = this.email)
  WHERE cardinality($2::text[]) = 0 OR also.id::text = ANY($2::text[])
), event AS (
  SELECT alert.* FROM alert_alert alert JOIN this ON alert.event_id = this.event_id JOIN reach ON reach.id = alert.watch_id
), signature AS (
  SELECT DISTINCT ON (coalesce(nullif(subject, ''), id::text)) *
  FROM event
  ORDER BY coalesce(nullif(subject, ''), id::text), verdict = 'expected', log_id, entry_index, watch_id
)
SELECT id, verdict, reasons, facts, log_id AS "logId", entry_index::text AS index, happened_at AS "happenedAt",
       count(*) OVER ()::int AS total
FROM signature
ORDER BY happened_at, log_id, entry_index
OFFSET $3::text::int LIMIT $4::text::int
