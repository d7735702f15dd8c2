-- Channels of every kind; what an alert went through; when each mail is due; the weekly digest; addresses that bounce.

-- webhook | slack | teams | discord | pagerduty; told: at-once, or second when nobody answered an alert for an hour.
ALTER TABLE account_channel
  ADD COLUMN kind text NOT NULL DEFAULT 'webhook' CHECK (kind IN ('webhook', 'slack', 'teams', 'discord', 'pagerduty')),
  ADD COLUMN told text NOT NULL DEFAULT 'at-once' CHECK (told IN ('at-once', 'second'));

ALTER TABLE account_watch
  ADD COLUMN notable text NOT NULL DEFAULT 'auto' CHECK (notable IN ('auto', 'at-once', 'hourly')),
  ADD COLUMN quiet_from integer CHECK (quiet_from BETWEEN 0 AND 23),
  ADD COLUMN quiet_until integer CHECK (quiet_until BETWEEN 0 AND 23),
  ADD COLUMN quiet_zone text NOT NULL DEFAULT 'UTC',
  ADD COLUMN digest boolean NOT NULL DEFAULT true,
  ADD COLUMN intents boolean NOT NULL DEFAULT false,
  ADD COLUMN tagged boolean NOT NULL DEFAULT true;

ALTER TABLE account_answer
  ADD COLUMN by text NOT NULL DEFAULT 'whoever holds the mail',
  ADD COLUMN via text NOT NULL DEFAULT 'mail',
  ADD COLUMN reason text,
  ADD COLUMN undone_by text;

ALTER TABLE alert_alert ADD COLUMN escalated_at timestamptz(3), ADD COLUMN reminded_at timestamptz(3);
-- What may still have to be escalated or reminded of: heads of events, not looked at yet.
CREATE INDEX alert_alert_unanswered ON alert_alert (told_at)
  WHERE reminded_at IS NULL AND told_at IS NOT NULL AND verdict IN ('unexpected', 'contradiction');

CREATE TABLE alert_digest (
  week date PRIMARY KEY,
  queued_at timestamptz(3) NOT NULL DEFAULT now()
);

-- An address that mail came back from: nothing is sent to it before quiet_until; after the fourth time, never.
CREATE TABLE mail_bounce (
  address text PRIMARY KEY,
  bounces integer NOT NULL DEFAULT 1,
  reason text NOT NULL,
  last_at timestamptz(3) NOT NULL DEFAULT now(),
  quiet_until timestamptz(3) NOT NULL
);

-- An announcement of signatures to come; only ever added and cancelled.
CREATE TABLE account_intent (
  id uuid PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  team_id uuid NOT NULL,
  -- As names in entries are spelt: a repository, or whoever signs.
  source text NOT NULL,
  digest bytea,
  wanted integer NOT NULL DEFAULT 1 CHECK (wanted BETWEEN 1 AND 10000),
  ref text,
  workflow text,
  made_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  until timestamptz(3) NOT NULL CHECK (until > created_at),
  cancelled_at timestamptz(3)
);
CREATE INDEX account_intent_source ON account_intent (team_id, source, until);
CREATE INDEX account_intent_until ON account_intent (until);

-- Each use of an intent, once: what it stands under is of the certificate, so one signature in two logs uses it once.
CREATE TABLE alert_intent_use (
  intent_id uuid NOT NULL,
  use_key text NOT NULL,
  log_id text NOT NULL,
  entry_index bigint NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (intent_id, use_key)
);

-- What a person asked the authority to stop issuing for; the authority's own list decides.
CREATE TABLE account_freeze (
  id uuid PRIMARY KEY,
  watch_id uuid NOT NULL,
  kind text NOT NULL,
  value text NOT NULL,
  made_by text NOT NULL,
  reason text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  lifted_at timestamptz(3),
  lifted_by text
);
CREATE UNIQUE INDEX account_freeze_standing ON account_freeze (kind, value) WHERE lifted_at IS NULL;

-- A search of the inbox that somebody gave a name.
CREATE TABLE account_view (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL,
  name text NOT NULL,
  query text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (team_id, name)
);
