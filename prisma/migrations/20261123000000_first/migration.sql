-- ca: the embedded OpenID issuer's objects and its mailed login codes.
CREATE TABLE ca_oidc_record (
  model text NOT NULL,
  id text NOT NULL,
  payload jsonb NOT NULL,
  grant_id text,
  user_code text,
  uid text,
  expires_at timestamptz(3),
  consumed_at timestamptz(3),
  PRIMARY KEY (model, id)
);
CREATE INDEX ca_oidc_record_grant_id_idx ON ca_oidc_record (grant_id);
CREATE INDEX ca_oidc_record_user_code_idx ON ca_oidc_record (user_code);
CREATE INDEX ca_oidc_record_uid_idx ON ca_oidc_record (uid);
CREATE INDEX ca_oidc_record_expires_at_idx ON ca_oidc_record (expires_at);

CREATE TABLE ca_login_code (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  interaction text NOT NULL,
  email text NOT NULL,
  mailbox text NOT NULL,
  mailed boolean NOT NULL,
  code_hash bytea NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  used_at timestamptz(3)
);
CREATE INDEX ca_login_code_interaction_idx ON ca_login_code (interaction);
CREATE INDEX ca_login_code_mailbox_created_at_idx ON ca_login_code (mailbox, created_at);
CREATE INDEX ca_login_code_created_at_idx ON ca_login_code (created_at);

-- log: log_head is the commit record of a log and is only ever moved by prisma/sql/commit-batch.sql.
CREATE TABLE log_head (
  log_id text PRIMARY KEY,
  origin text NOT NULL,
  key_id bytea NOT NULL,
  size bigint NOT NULL,
  root bytea NOT NULL,
  checkpoint text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE log_known (
  log_id text NOT NULL,
  identity bytea NOT NULL,
  entry_index bigint NOT NULL,
  PRIMARY KEY (log_id, identity)
);

CREATE TABLE log_search_key (
  log_id text NOT NULL,
  key_hash bytea NOT NULL,
  entry_index bigint NOT NULL,
  leaf_hash bytea NOT NULL,
  PRIMARY KEY (log_id, key_hash, entry_index)
);

CREATE TABLE log_search_position (
  log_id text PRIMARY KEY,
  indexed_to bigint NOT NULL
);

-- monitor: what workers/follow downloaded and verified.
CREATE TABLE monitor_log (
  id text PRIMARY KEY,
  kind text NOT NULL,
  dialect text NOT NULL DEFAULT 'tiles',
  start_at text NOT NULL DEFAULT 'beginning',
  start_size bigint NOT NULL DEFAULT 0,
  ended boolean NOT NULL DEFAULT false,
  name text NOT NULL,
  url text NOT NULL,
  origin text NOT NULL,
  public_key bytea NOT NULL,
  state text NOT NULL DEFAULT 'starting',
  state_reason text,
  downloaded_size bigint NOT NULL DEFAULT 0,
  verified_size bigint NOT NULL DEFAULT 0,
  verified_root bytea,
  verified_checkpoint text,
  compact_range bytea[] NOT NULL DEFAULT '{}',
  checkpoint_at timestamptz(3),
  verified_at timestamptz(3),
  consistent_since timestamptz(3),
  polled_at timestamptz(3),
  suspicions integer NOT NULL DEFAULT 0,
  unparsable bigint NOT NULL DEFAULT 0,
  -- How often the log makes its statement anew when nothing was added, as seen; null while it never did.
  head_interval_ms integer
);

CREATE TABLE monitor_worker (
  id uuid PRIMARY KEY,
  started_at timestamptz(3) NOT NULL DEFAULT now(),
  beat_at timestamptz(3) NOT NULL DEFAULT now()
);

-- The trust root as it was last read, so that a restart does not depend on who serves it.
CREATE TABLE monitor_trusted_root (
  id boolean PRIMARY KEY DEFAULT true CHECK (id),
  json text NOT NULL,
  read_at timestamptz(3) NOT NULL
);

CREATE TABLE monitor_checkpoint (
  log_id text NOT NULL,
  size bigint NOT NULL,
  root bytea NOT NULL,
  note text NOT NULL,
  seen_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (log_id, size, root)
);

CREATE TABLE monitor_witnessed (
  origin text PRIMARY KEY,
  size bigint NOT NULL,
  root bytea NOT NULL,
  note text NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE monitor_witness_conflict (
  origin text NOT NULL,
  size bigint NOT NULL,
  root bytea NOT NULL,
  known text NOT NULL,
  other text NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (origin, size, root)
);

CREATE TABLE monitor_incident (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  log_id text NOT NULL,
  kind text NOT NULL,
  detail text NOT NULL,
  before text,
  after text,
  opened_at timestamptz(3) NOT NULL DEFAULT now(),
  resolved_at timestamptz(3)
);
CREATE INDEX monitor_incident_log_id_opened_at_idx ON monitor_incident (log_id, opened_at);

CREATE TABLE monitor_entry (
  log_id text NOT NULL,
  entry_index bigint NOT NULL,
  leaf_hash bytea NOT NULL,
  kind text NOT NULL,
  digest_algorithm text,
  digest bytea,
  certificate_key bytea,
  trust text NOT NULL,
  issuer text,
  not_before timestamptz(3),
  not_after timestamptz(3),
  serial text,
  source text,
  claims json NOT NULL,
  seen_at timestamptz(3) NOT NULL,
  PRIMARY KEY (log_id, entry_index)
);
CREATE INDEX monitor_entry_digest_idx ON monitor_entry (digest);
CREATE INDEX monitor_entry_certificate_key_idx ON monitor_entry (certificate_key);

-- A time column that only grows: a thousandth of a B-tree, for sweeps over what came lately.
CREATE INDEX monitor_entry_seen_at_idx ON monitor_entry USING brin (seen_at) WITH (pages_per_range = 16, autosummarize = on);

-- For how long nobody was told of what a log holds: whoever was away, the log or we.
CREATE TABLE monitor_blind (
  log_id text NOT NULL,
  from_at timestamptz(3) NOT NULL,
  until_at timestamptz(3) NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (log_id, from_at)
);
CREATE FUNCTION monitor_saw_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO monitor_blind (log_id, from_at, until_at, reason)
  VALUES (OLD.id, OLD.verified_at, NEW.verified_at, coalesce(OLD.state_reason, 'The log was not looked at.'))
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER monitor_log_saw_again AFTER UPDATE OF verified_at ON monitor_log
  FOR EACH ROW WHEN (NEW.verified_at > OLD.verified_at + interval '1 minute') EXECUTE FUNCTION monitor_saw_again();

-- Signatures the monitor makes itself, to know that it would see one.
CREATE TABLE monitor_canary (
  id uuid PRIMARY KEY,
  log_id text NOT NULL,
  digest bytea NOT NULL,
  asked_at timestamptz(3) NOT NULL DEFAULT now(),
  acknowledged_at timestamptz(3),
  entry_index bigint,
  seen_at timestamptz(3),
  failure text
);
CREATE INDEX monitor_canary_asked_at_idx ON monitor_canary (asked_at);

-- What one kind of log has and the other has not, some time after it came: `certificate-without-signature` about entries
-- of CT logs, `signature-without-certificate` about those of signature logs.
CREATE TABLE monitor_cross_log (
  log_id text NOT NULL,
  entry_index bigint NOT NULL,
  fact text NOT NULL,
  found_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (log_id, entry_index)
);
CREATE INDEX monitor_cross_log_found_at_idx ON monitor_cross_log (found_at);

-- What an entry is found by. No unique key of its own: the rows of an entry come with its row in monitor_entry, once.
-- Names are long and come in no order; eight bytes of hash in their place make an index a third as large, that a probe
-- by name still uses (prisma/sql/find-signings-by-identity.sql).
CREATE TABLE monitor_identity (
  log_id text NOT NULL,
  entry_index bigint NOT NULL,
  kind text NOT NULL,
  value text NOT NULL,
  seen_at timestamptz(3) NOT NULL,
  -- The entry's trust is untrusted: anyone can write a name so, as often as they like.
  forged boolean NOT NULL DEFAULT false
);
CREATE INDEX monitor_identity_entry_idx ON monitor_identity (log_id, entry_index);
CREATE INDEX monitor_identity_value_idx
  ON monitor_identity (hashtextextended(value, 0), seen_at DESC, log_id, entry_index DESC);
-- The busiest names are known by number, so that their pages are read along the index and not sorted.
ALTER INDEX monitor_identity_value_idx ALTER COLUMN 1 SET STATISTICS 1000;
-- The few forgeries of a busy name, without looking through all that it signed.
CREATE INDEX monitor_identity_forged_idx
  ON monitor_identity (hashtextextended(value, 0), seen_at DESC, log_id, entry_index DESC) WHERE forged;

-- Each name once for every log, trust, issuer and repository it was seen with, and how often: exact totals and facets
-- without counting entries, "was it ever signed so before" in one probe, and far fewer rows to search by prefix. The
-- first eight bytes of the id are of SHA-256(value), so one index answers for a name and for a range of hashes.
CREATE TABLE monitor_name (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  value text NOT NULL,
  log_id text NOT NULL,
  trust text NOT NULL,
  issuer text NOT NULL,
  source text NOT NULL,
  entries bigint NOT NULL,
  first_index bigint NOT NULL,
  last_index bigint NOT NULL,
  first_seen_at timestamptz(3) NOT NULL,
  last_seen_at timestamptz(3) NOT NULL
) WITH (fillfactor = 85);
CREATE INDEX monitor_name_value_idx ON monitor_name (value text_pattern_ops) WHERE kind IN ('repository', 'uri');

-- The lowest and the highest id that a name can have.
CREATE FUNCTION monitor_name_low(value text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (encode(substr(sha256(convert_to(value, 'UTF8')), 1, 8), 'hex') || '0000000000000000')::uuid;
CREATE FUNCTION monitor_name_high(value text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (encode(substr(sha256(convert_to(value, 'UTF8')), 1, 8), 'hex') || 'ffffffffffffffff')::uuid;

-- match and alert: workers.
CREATE TABLE match_match (
  watch_id uuid NOT NULL,
  log_id text NOT NULL,
  entry_index bigint NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (watch_id, log_id, entry_index)
);

-- The one row counts the changes to confirmed watches: a batch that sees another number than its index was built from
-- rebuilds the index first.
CREATE TABLE match_watch_version (
  id boolean PRIMARY KEY DEFAULT true CHECK (id),
  version bigint NOT NULL DEFAULT 0
);
INSERT INTO match_watch_version DEFAULT VALUES;

-- Which watch each version changed, so that a worker with a million of them reads one. Old rows are swept away.
CREATE TABLE match_watch_change (
  version bigint PRIMARY KEY,
  watch_id uuid NOT NULL
);

CREATE TABLE alert_alert (
  id uuid PRIMARY KEY,
  watch_id uuid NOT NULL,
  log_id text NOT NULL,
  entry_index bigint NOT NULL,
  verdict text NOT NULL,
  reasons jsonb NOT NULL,
  facts jsonb NOT NULL,
  token_hash bytea NOT NULL,
  rule_id uuid,
  happened_at timestamptz(3) NOT NULL DEFAULT now(),
  group_key text NOT NULL DEFAULT '',
  mail_id uuid,
  told_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (watch_id, log_id, entry_index)
);
CREATE INDEX alert_alert_log_id_entry_index_idx ON alert_alert (log_id, entry_index);
CREATE INDEX alert_alert_watch_id_created_at_idx ON alert_alert (watch_id, created_at);
CREATE INDEX alert_alert_watch_id_group_key_happened_at_idx ON alert_alert (watch_id, group_key, happened_at);
CREATE INDEX alert_alert_mail_id_idx ON alert_alert (mail_id);

CREATE TABLE alert_delivery (
  id uuid PRIMARY KEY,
  channel_id uuid NOT NULL,
  alert_id uuid,
  kind text NOT NULL,
  webhook_id text NOT NULL,
  state text NOT NULL DEFAULT 'queued',
  attempts integer NOT NULL DEFAULT 0,
  next_at timestamptz(3) NOT NULL DEFAULT now(),
  last_status integer,
  last_error text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  done_at timestamptz(3)
);
CREATE INDEX alert_delivery_channel_id_created_at_idx ON alert_delivery (channel_id, created_at);
CREATE INDEX alert_delivery_state_next_at_idx ON alert_delivery (state, next_at);
CREATE UNIQUE INDEX alert_delivery_alert_idx ON alert_delivery (channel_id, webhook_id) WHERE kind = 'alert';

-- mail: every process queues here (lib/server/mail/outbox.ts); workers/alert alone delivers.
CREATE TABLE mail_outbox (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  recipient text NOT NULL,
  message_id text NOT NULL UNIQUE,
  message jsonb NOT NULL,
  state text NOT NULL DEFAULT 'queued',
  attempts integer NOT NULL DEFAULT 0,
  next_at timestamptz(3) NOT NULL DEFAULT now(),
  last_error text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  sent_at timestamptz(3)
);
CREATE INDEX mail_outbox_state_next_at_idx ON mail_outbox (state, next_at);

CREATE TABLE mail_mailbox (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  message_id text NOT NULL UNIQUE,
  recipient text NOT NULL,
  subject text NOT NULL,
  text text NOT NULL,
  html text NOT NULL,
  headers jsonb NOT NULL,
  received_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX mail_mailbox_recipient_received_at_idx ON mail_mailbox (recipient, received_at);
CREATE INDEX mail_mailbox_received_at_idx ON mail_mailbox (received_at);

-- account: the web process.
CREATE TABLE account_watch (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  shown text NOT NULL,
  value text NOT NULL,
  email text NOT NULL,
  mailbox text NOT NULL,
  state text NOT NULL DEFAULT 'pending',
  token_hash bytea NOT NULL UNIQUE,
  stop_token text NOT NULL UNIQUE,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  confirmed_at timestamptz(3),
  stopped_at timestamptz(3),
  -- When its owner last proved to own what is watched; set by the proof of ownership alone.
  proven_at timestamptz(3)
);
CREATE INDEX account_watch_value_state_idx ON account_watch (value, state);
CREATE INDEX account_watch_mailbox_created_at_idx ON account_watch (mailbox, created_at);

CREATE TABLE account_rule (
  id uuid PRIMARY KEY,
  watch_id uuid NOT NULL,
  rule jsonb NOT NULL,
  owner text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  ended_at timestamptz(3)
);
CREATE INDEX account_rule_watch_id_idx ON account_rule (watch_id);

CREATE TABLE account_channel (
  id uuid PRIMARY KEY,
  watch_id uuid NOT NULL,
  url text NOT NULL,
  secret text NOT NULL,
  previous_secret text,
  previous_until timestamptz(3),
  private_key text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  enabled_at timestamptz(3) NOT NULL DEFAULT now(),
  ended_at timestamptz(3)
);
CREATE INDEX account_channel_watch_id_idx ON account_channel (watch_id);

CREATE TABLE account_feed (
  watch_id uuid PRIMARY KEY,
  token text NOT NULL UNIQUE,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE account_limit (
  key text NOT NULL,
  opens_at timestamptz(3) NOT NULL,
  used integer NOT NULL,
  PRIMARY KEY (key, opens_at)
);
CREATE INDEX account_limit_opens_at_idx ON account_limit (opens_at);

CREATE TABLE account_answer (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  alert_id uuid NOT NULL,
  answer text NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT now(),
  undone_at timestamptz(3)
);
CREATE INDEX account_answer_alert_id_at_idx ON account_answer (alert_id, at);

-- match: a watch that becomes confirmed, or stops being so, is known to every worker at once (channel account_watch).
CREATE FUNCTION match_watch_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH counted AS (UPDATE match_watch_version SET version = version + 1 RETURNING version)
  INSERT INTO match_watch_change (version, watch_id) SELECT version, coalesce(NEW.id, OLD.id) FROM counted;
  PERFORM pg_notify('account_watch', '');
  RETURN NULL;
END
$$;
CREATE TRIGGER account_watch_confirmed AFTER INSERT ON account_watch
  FOR EACH ROW WHEN (NEW.state = 'confirmed') EXECUTE FUNCTION match_watch_changed();
CREATE TRIGGER account_watch_changed AFTER UPDATE ON account_watch
  FOR EACH ROW WHEN (OLD.state = 'confirmed' OR NEW.state = 'confirmed') EXECUTE FUNCTION match_watch_changed();
CREATE TRIGGER account_watch_removed AFTER DELETE ON account_watch
  FOR EACH ROW WHEN (OLD.state = 'confirmed') EXECUTE FUNCTION match_watch_changed();
