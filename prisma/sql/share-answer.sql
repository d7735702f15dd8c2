-- An answer of whoever proved to own some names, for the alerts of others of the same entries. What somebody said of their
-- own alert stands. $1 alerts, $2 team, $3 and $4 kinds and values of the watches meant, $5 answer, $6 by, $7 reason or empty.
WITH other AS (
  SELECT DISTINCT other.id
  FROM alert_alert alert
  JOIN account_watch own ON own.id = alert.watch_id
  JOIN alert_alert same ON same.event_id = alert.event_id
  JOIN account_watch also ON also.id = same.watch_id AND also.team_id IS NOT DISTINCT FROM own.team_id
    AND (own.team_id IS NOT NULL OR also.email = own.email)
  JOIN alert_alert other ON other.log_id = same.log_id AND other.entry_index = same.entry_index
  JOIN account_watch watch ON watch.id = other.watch_id AND watch.state = 'confirmed'
    AND watch.team_id IS DISTINCT FROM $2::text::uuid
  JOIN unnest($3::text[], $4::text[]) AS meant (kind, value) ON meant.kind = watch.kind AND meant.value = watch.value
  WHERE alert.id = ANY($1::text[]::uuid[])
), standing AS (
  SELECT other.id, latest.answer, latest.shared_by
  FROM other LEFT JOIN LATERAL (
    SELECT answer, shared_by FROM account_answer WHERE alert_id = other.id AND undone_at IS NULL ORDER BY id DESC LIMIT 1
  ) latest ON true
  WHERE latest.answer IS DISTINCT FROM $5 AND (latest.answer IS NULL OR latest.shared_by IS NOT NULL)
), replaced AS (
  UPDATE account_answer SET undone_at = now(), undone_by = $6
  WHERE alert_id IN (SELECT id FROM standing) AND shared_by = $2::text::uuid AND undone_at IS NULL
)
INSERT INTO account_answer (alert_id, answer, by, via, reason, shared_by)
SELECT id, $5, $6, 'owner', nullif($7::text, ''), $2::text::uuid FROM standing
RETURNING alert_id
