-- How each log stood at the end of every five minutes: what the charts of /logs are drawn from.
CREATE TABLE monitor_sample (
  log_id text NOT NULL,
  at timestamptz(3) NOT NULL,
  known_size bigint NOT NULL,
  verified_size bigint NOT NULL,
  checkpoint_at timestamptz(3),
  polled_at timestamptz(3),
  PRIMARY KEY (log_id, at)
);
