-- A freeze is of the team whose proof of ownership it rests on.
ALTER TABLE account_freeze DROP COLUMN watch_id, ADD COLUMN team_id uuid NOT NULL;
CREATE INDEX account_freeze_team ON account_freeze (team_id, created_at);
