-- What an entry is named is found by the row of monitor_name that counts it: each combination of name, log, trust, issuer
-- and repository is one run of one index, newest first, so that whatever narrows a search chooses runs and filters none.

-- As workers/follow/names.ts makes it.
CREATE FUNCTION monitor_name_id(value text, log_id text, trust text, issuer text, source text, exact text)
  RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (encode(substr(sha256(convert_to(value, 'UTF8')), 1, 8), 'hex')
    || encode(substr(sha256(convert_to(log_id, 'UTF8') || '\x00'::bytea || convert_to(trust, 'UTF8') || '\x00'::bytea
      || convert_to(coalesce(issuer, ''), 'UTF8') || '\x00'::bytea || convert_to(coalesce(source, ''), 'UTF8')
      || CASE WHEN exact = '' THEN ''::bytea ELSE '\x00'::bytea || convert_to(exact, 'UTF8') END), 1, 8), 'hex'))::uuid;

-- Written anew rather than changed in place, which would leave every row twice.
ALTER TABLE monitor_identity RENAME TO monitor_identity_before;
CREATE TABLE monitor_identity (
  log_id text NOT NULL,
  entry_index bigint NOT NULL,
  kind text NOT NULL,
  value text NOT NULL,
  seen_at timestamptz(3) NOT NULL,
  -- The entry's trust is untrusted: anyone can write a name so, as often as they like.
  forged boolean NOT NULL DEFAULT false,
  exact text,
  -- The row of monitor_name.
  name uuid NOT NULL
);
INSERT INTO monitor_identity
SELECT i.log_id, i.entry_index, i.kind, i.value, i.seen_at, i.forged, i.exact, monitor_name_id(i.value, i.log_id, e.trust, e.issuer, e.source, '')
FROM monitor_identity_before i JOIN monitor_entry e ON e.log_id = i.log_id AND e.entry_index = i.entry_index;
DROP TABLE monitor_identity_before;
CREATE INDEX monitor_identity_entry_idx ON monitor_identity (log_id, entry_index);
-- Few entries have a spelling of their own; words that stand in an entry twice are counted in the first of theirs.
UPDATE monitor_identity i
SET name = monitor_name_id(i.value, i.log_id, e.trust, e.issuer, e.source, (
  SELECT coalesce(x.exact, '') FROM monitor_identity x
  WHERE x.log_id = i.log_id AND x.entry_index = i.entry_index AND x.value = i.value
  ORDER BY x.kind, coalesce(x.exact, '') COLLATE "C" LIMIT 1))
FROM monitor_entry e
WHERE (i.log_id, i.entry_index) IN (SELECT log_id, entry_index FROM monitor_identity WHERE exact IS NOT NULL)
  AND e.log_id = i.log_id AND e.entry_index = i.entry_index;
CREATE INDEX monitor_identity_name_idx ON monitor_identity (name, seen_at DESC, entry_index DESC);

-- Of a name that signs often, how often in each hour: of the monitor that saw it, and of the signing. Hours since 1970.
CREATE TABLE monitor_hour (
  name uuid NOT NULL,
  seen_hour integer NOT NULL,
  signed_hour integer NOT NULL,
  entries bigint NOT NULL,
  last_index bigint NOT NULL,
  PRIMARY KEY (name, seen_hour, signed_hour)
) WITH (fillfactor = 85);
-- Its hours are kept. A name of few entries has none: they are as soon counted.
ALTER TABLE monitor_name ADD COLUMN by_hour boolean NOT NULL DEFAULT false;

CREATE FUNCTION monitor_hour_of(at timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN floor(extract(epoch FROM at) / 3600)::integer;

UPDATE monitor_name SET by_hour = true WHERE entries >= 64;
INSERT INTO monitor_hour (name, seen_hour, signed_hour, entries, last_index)
SELECT i.name, monitor_hour_of(i.seen_at), monitor_hour_of(coalesce(e.not_before, e.seen_at)), count(DISTINCT i.entry_index), max(i.entry_index)
FROM monitor_identity i
JOIN monitor_name n ON n.id = i.name AND n.by_hour
JOIN monitor_entry e ON e.log_id = i.log_id AND e.entry_index = i.entry_index
GROUP BY 1, 2, 3;
ANALYZE monitor_identity, monitor_hour;
