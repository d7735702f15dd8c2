-- monitor: how far a log says it reaches, what of it is history, and who else saw it.
ALTER TABLE monitor_log
  -- The size of its newest head, signed but not yet verified; and from where and since when we have been catching up.
  ADD COLUMN stated_size bigint NOT NULL DEFAULT 0,
  ADD COLUMN behind_from bigint,
  ADD COLUMN behind_since timestamptz(3),
  -- Entries below were in the log before anybody asked us to follow it: indexed, and nobody is told of them. Null until
  -- the first head of a log that was added; nothing of the logs that come with an instance or follow one another is history.
  ADD COLUMN history_size bigint DEFAULT 0,
  -- What it was listed in: a log of a list we follow already succeeds one of them.
  ADD COLUMN family text NOT NULL DEFAULT '',
  -- c2sp.org/tlog-policy: which witnesses must have cosigned a checkpoint of it before it is believed.
  ADD COLUMN witness_policy text,
  -- Entries below are not counted in monitor_name yet (workers/tend/recount-names.ts).
  ADD COLUMN named_from bigint NOT NULL DEFAULT 0;
UPDATE monitor_log SET stated_size = verified_size;
UPDATE monitor_log log SET named_from = verified_size
WHERE EXISTS (SELECT 1 FROM monitor_identity i WHERE i.log_id = log.id)
  AND NOT EXISTS (SELECT 1 FROM monitor_name n WHERE n.log_id = log.id);

-- The checkpoint each witness and each peer last had of a log, and whether ours goes with it.
CREATE TABLE monitor_sighting (
  log_id text NOT NULL,
  seen_by text NOT NULL,
  size bigint NOT NULL,
  note text NOT NULL,
  -- agrees | ahead: it has more than we were shown, since ahead_since
  verdict text NOT NULL,
  ahead_since timestamptz(3),
  at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (log_id, seen_by)
);

-- An entry is looked up by the hash of its leaf (a Rekor v1 UUID ends with it) and by the fingerprint of its certificate.
-- Hash indexes: four bytes an entry instead of thirty-two, and nobody asks for a range of them.
ALTER TABLE monitor_entry ADD COLUMN certificate_hash bytea;
CREATE INDEX monitor_entry_leaf_hash_idx ON monitor_entry USING hash (leaf_hash);
CREATE INDEX monitor_entry_certificate_hash_idx ON monitor_entry USING hash (certificate_hash);
