-- A witness takes the next checkpoint of a log: check and store in one statement (c2sp.org/tlog-witness, "performed
-- atomically"), so that of two requests that were checked against the same checkpoint only one is stored.
-- $1 origin  $2 size and $3 root that the new checkpoint was found consistent with (0 and the empty root: none before)
-- $4 size  $5 root  $6 the note, with our cosignature
INSERT INTO monitor_witnessed (origin, size, root, note)
SELECT $1, $4::bigint, $5, $6
WHERE $2::bigint = 0 OR EXISTS (SELECT 1 FROM monitor_witnessed WHERE origin = $1)
ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note, at = now()
  WHERE monitor_witnessed.size = $2::bigint AND monitor_witnessed.root = $3
RETURNING origin;
