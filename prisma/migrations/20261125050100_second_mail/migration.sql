-- A second mail address is a channel too, once whoever reads it has said so. Feeds are found by a digest of their token.
ALTER TABLE account_channel
  DROP CONSTRAINT account_channel_kind_check,
  ADD CONSTRAINT account_channel_kind_check CHECK (kind IN ('webhook', 'slack', 'teams', 'discord', 'pagerduty', 'mail')),
  ADD COLUMN confirmed_at timestamptz(3);
-- What there is needed no confirmation: mail is new.
UPDATE account_channel SET confirmed_at = created_at;
ALTER TABLE account_channel ADD CONSTRAINT account_channel_confirmed_check CHECK (kind = 'mail' OR confirmed_at IS NOT NULL);
ALTER TABLE account_channel ALTER COLUMN confirmed_at SET DEFAULT now();

ALTER TABLE account_feed ADD COLUMN token_hash bytea;
UPDATE account_feed SET token_hash = sha256(convert_to(token, 'UTF8'));
ALTER TABLE account_feed ALTER COLUMN token_hash SET NOT NULL, ADD UNIQUE (token_hash);
ALTER TABLE account_feed DROP CONSTRAINT account_feed_token_key;
