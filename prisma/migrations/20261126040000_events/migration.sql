-- What happened, told once to whoever watches it in several ways: alerts of one team, or of one mailbox without a team,
-- that are one event. `subject` is what was signed: the same in every log and for every watch.
ALTER TABLE alert_alert ADD COLUMN event_id uuid, ADD COLUMN subject text NOT NULL DEFAULT '';
UPDATE alert_alert SET
  event_id = md5(watch_id::text || group_key || coalesce(mail_id, id)::text)::uuid,
  subject = log_id || '/' || entry_index;
ALTER TABLE alert_alert ALTER COLUMN event_id SET DEFAULT gen_random_uuid(), ALTER COLUMN event_id SET NOT NULL;
CREATE INDEX alert_alert_event_id_idx ON alert_alert (event_id, created_at);
CREATE INDEX alert_alert_subject_idx ON alert_alert (subject);

-- The same for channels that lead to one address, which alone is sealed; empty until the web process has filled it.
ALTER TABLE account_channel ADD COLUMN place_key text NOT NULL DEFAULT '';

-- What was done about an event that somebody disowned: steps ticked, and what was found to be the cause.
CREATE TABLE account_response (
  id bigserial PRIMARY KEY,
  event_id uuid NOT NULL,
  act text NOT NULL,
  value text NOT NULL,
  note text,
  by text NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT now(),
  undone_at timestamptz(3),
  undone_by text
);
CREATE INDEX account_response_event_id_idx ON account_response (event_id, id);

-- What is told to a channel and is about no signature: a log that lies, a log that cannot be read.
ALTER TABLE alert_delivery ADD COLUMN news jsonb;
