-- Names for which no certificate is issued, and who said so and took it back.

CREATE TABLE ca_freeze (
  kind text NOT NULL CHECK (kind IN ('email', 'uri', 'username', 'repository')),
  value text NOT NULL,
  repository_id text,
  reason text NOT NULL DEFAULT '',
  frozen_by text NOT NULL,
  frozen_at timestamptz(3) NOT NULL DEFAULT now(),
  refusals bigint NOT NULL DEFAULT 0,
  last_refused_at timestamptz(3),
  PRIMARY KEY (kind, value)
);
CREATE INDEX ca_freeze_repository_id_idx ON ca_freeze (repository_id);

CREATE TABLE ca_freeze_event (
  id bigserial PRIMARY KEY,
  action text NOT NULL CHECK (action IN ('freeze', 'unfreeze')),
  kind text NOT NULL,
  value text NOT NULL,
  repository_id text,
  reason text NOT NULL,
  by text NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX ca_freeze_event_kind_value_id_idx ON ca_freeze_event (kind, value, id);

-- What was done stays written down, whoever asks.
CREATE FUNCTION ca_freeze_event_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ca_freeze_event is append-only';
END $$;
CREATE TRIGGER ca_freeze_event_stays BEFORE UPDATE OR DELETE ON ca_freeze_event
  FOR EACH ROW EXECUTE FUNCTION ca_freeze_event_stays();
CREATE TRIGGER ca_freeze_event_stays_whole BEFORE TRUNCATE ON ca_freeze_event
  FOR EACH STATEMENT EXECUTE FUNCTION ca_freeze_event_stays();
