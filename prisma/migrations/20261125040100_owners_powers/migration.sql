-- What a proven owner may do for everybody: answer for all who watch the name, and take an address out of our search.

-- The team on whose proof of ownership an answer was given for a watch that is not its own.
ALTER TABLE account_answer ADD COLUMN shared_by uuid;
CREATE INDEX account_answer_shared_by_idx ON account_answer (shared_by) WHERE undone_at IS NULL AND shared_by IS NOT NULL;

-- Addresses that our search does not list. They go with the proof they rest on.
CREATE TABLE account_unlisting (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES account_team ON DELETE CASCADE,
  value text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  ended_at timestamptz(3)
);
CREATE UNIQUE INDEX account_unlisting_one_idx ON account_unlisting (team_id, value) WHERE ended_at IS NULL;
CREATE INDEX account_unlisting_value_idx ON account_unlisting (value) WHERE ended_at IS NULL;

-- How much was asked for in the minute that opens at opens_at, by all web processes together. Lost by a crash, which
-- gives everybody a fresh minute.
CREATE UNLOGGED TABLE account_pace (
  key text NOT NULL,
  opens_at timestamptz(3) NOT NULL,
  used integer NOT NULL,
  PRIMARY KEY (key, opens_at)
);
CREATE INDEX account_pace_opens_at_idx ON account_pace (opens_at);
