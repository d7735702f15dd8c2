-- Freezes a name, and writes down who did. A freeze that stands keeps its beginning; a number once known is kept.
-- $1 kind, $2 value, $3 repository id or null, $4 reason, $5 by, $6 holder, $7 spared
WITH event AS (
  INSERT INTO ca_freeze_event (action, kind, value, repository_id, reason, by)
  VALUES ('freeze', $1, $2, $3, $4, $5)
)
INSERT INTO ca_freeze (kind, value, repository_id, reason, frozen_by, holder, spared)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (kind, value, holder) DO UPDATE SET
  repository_id = coalesce(excluded.repository_id, ca_freeze.repository_id),
  reason = excluded.reason,
  frozen_by = excluded.frozen_by,
  spared = excluded.spared
RETURNING *
