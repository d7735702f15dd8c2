-- account: people, the teams they act for, and how both are known again.
CREATE TABLE account_user (
  id uuid PRIMARY KEY,
  name text NOT NULL DEFAULT '',
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE account_email (
  address text PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES account_user ON DELETE CASCADE,
  confirmed_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX account_email_user_id_idx ON account_email (user_id);

CREATE TABLE account_login (
  issuer text NOT NULL,
  subject text NOT NULL,
  user_id uuid NOT NULL REFERENCES account_user ON DELETE CASCADE,
  provider text NOT NULL,
  shown text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX account_login_user_id_idx ON account_login (user_id);

CREATE TABLE account_passkey (
  credential_id text PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES account_user ON DELETE CASCADE,
  public_key bytea NOT NULL,
  counter bigint NOT NULL,
  transports text[] NOT NULL,
  name text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  used_at timestamptz(3)
);
CREATE INDEX account_passkey_user_id_idx ON account_passkey (user_id);

CREATE TABLE account_session (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES account_user ON DELETE CASCADE,
  token_hash bytea NOT NULL UNIQUE,
  method text NOT NULL,
  agent text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  seen_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX account_session_user_id_idx ON account_session (user_id);
CREATE INDEX account_session_expires_at_idx ON account_session (expires_at);

CREATE TABLE account_login_code (
  id uuid PRIMARY KEY,
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
CREATE INDEX account_login_code_interaction_idx ON account_login_code (interaction);
CREATE INDEX account_login_code_mailbox_created_at_idx ON account_login_code (mailbox, created_at);
CREATE INDEX account_login_code_created_at_idx ON account_login_code (created_at);

CREATE TABLE account_secret (
  token_hash bytea PRIMARY KEY,
  purpose text NOT NULL,
  payload jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  used_at timestamptz(3)
);
CREATE INDEX account_secret_expires_at_idx ON account_secret (expires_at);

CREATE TABLE account_team (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  -- The one person whose own team it is; such a team has no other members.
  personal_of uuid UNIQUE REFERENCES account_user ON DELETE CASCADE,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE account_member (
  team_id uuid NOT NULL REFERENCES account_team ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES account_user ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('owner', 'responder', 'viewer')),
  since timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (team_id, user_id)
);
CREATE INDEX account_member_user_id_idx ON account_member (user_id);

-- Who left, and as which address they were known: what "signed by somebody who left" is judged by.
CREATE TABLE account_departed (
  team_id uuid NOT NULL REFERENCES account_team ON DELETE CASCADE,
  address text NOT NULL,
  left_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (team_id, address)
);

CREATE TABLE account_invitation (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES account_team ON DELETE CASCADE,
  address text NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'responder', 'viewer')),
  token_hash bytea NOT NULL UNIQUE,
  invited_by uuid NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  ended_at timestamptz(3)
);
CREATE INDEX account_invitation_team_id_idx ON account_invitation (team_id);

CREATE TABLE account_api_key (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES account_team ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES account_user ON DELETE CASCADE,
  name text NOT NULL,
  hint text NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  scopes text[] NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  used_at timestamptz(3),
  ended_at timestamptz(3)
);
CREATE INDEX account_api_key_team_id_idx ON account_api_key (team_id);

-- A watch without a team is that of a mailbox alone, until the person signs in with that address.
ALTER TABLE account_watch ADD COLUMN team_id uuid REFERENCES account_team ON DELETE SET NULL;
CREATE INDEX account_watch_team_id_idx ON account_watch (team_id);
CREATE INDEX account_watch_email_idx ON account_watch (email) WHERE team_id IS NULL;

-- Who did what. Names nobody: people and things are ids, so that deleting a person leaves the record true and nameless.
CREATE TABLE account_audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  team_id uuid,
  actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'key', 'mail', 'system')),
  actor_id uuid,
  act text NOT NULL,
  subject_id text NOT NULL,
  detail jsonb NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX account_audit_team_id_id_idx ON account_audit (team_id, id);
CREATE INDEX account_audit_actor_id_idx ON account_audit (actor_id);

CREATE FUNCTION account_audit_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'account_audit is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER account_audit_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON account_audit
  FOR EACH STATEMENT EXECUTE FUNCTION account_audit_stands();
-- Fires in replica mode as well, in which ordinary triggers sleep.
ALTER TABLE account_audit ENABLE ALWAYS TRIGGER account_audit_stands;

-- Where an act stands in our own log: the digest logged is that of the act as app/account/audit-statement.ts writes it.
CREATE TABLE account_audit_entry (
  audit_id bigint PRIMARY KEY REFERENCES account_audit,
  digest bytea NOT NULL,
  log_url text NOT NULL,
  entry_index bigint NOT NULL,
  logged_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE account_ownership (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES account_team ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('email', 'domain', 'repository', 'organisation', 'workflow', 'login')),
  value text NOT NULL,
  -- Published at the place that is to be proved; worth nothing to anyone else.
  challenge text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  asked_by uuid,
  method text,
  -- Numbers that stay when a name changes hands: {"repositoryId", "ownerId"}.
  bound jsonb NOT NULL DEFAULT '{}',
  proven_at timestamptz(3),
  checked_at timestamptz(3),
  -- Re-checks that failed in a row since; told is when its owner was warned.
  failing_since timestamptz(3),
  told_at timestamptz(3),
  -- withdrawn | lapsed | contradicted
  ended_as text,
  ended_at timestamptz(3)
);
CREATE UNIQUE INDEX account_ownership_one_idx ON account_ownership (team_id, kind, value) WHERE ended_at IS NULL;
CREATE INDEX account_ownership_value_idx ON account_ownership (kind, value) WHERE ended_at IS NULL AND proven_at IS NOT NULL;
CREATE INDEX account_ownership_checked_at_idx ON account_ownership (checked_at) WHERE ended_at IS NULL AND proven_at IS NOT NULL;
