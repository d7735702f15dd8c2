-- What a team proved is looked up with each of its alerts (prisma/sql/match-proven.sql).
CREATE INDEX account_ownership_team_id_idx ON account_ownership (team_id);
