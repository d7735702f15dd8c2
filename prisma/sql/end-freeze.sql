-- Ends a freeze and writes down who did; nothing is written when there was none.
-- $1 kind, $2 value, $3 reason, $4 by, $5 holder, or null for everybody's
WITH ended AS (
  DELETE FROM ca_freeze WHERE kind = $1 AND value = $2 AND holder = coalesce($5::text, holder)
  RETURNING kind, value, repository_id
)
INSERT INTO ca_freeze_event (action, kind, value, repository_id, reason, by)
SELECT 'unfreeze', kind, value, repository_id, $3, $4 FROM ended
RETURNING id
