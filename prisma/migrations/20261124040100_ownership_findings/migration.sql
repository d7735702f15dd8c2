-- What the last check saw, for its owner: [{"at", "said"}] in words.
ALTER TABLE account_ownership ADD COLUMN findings jsonb NOT NULL DEFAULT '[]';
-- Where a challenge is looked up when a CI run answers it.
CREATE UNIQUE INDEX account_ownership_challenge_idx ON account_ownership (challenge);
