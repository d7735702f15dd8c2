-- Adds what the entries $2 to $3 of log $1 are named to monitor_name, or takes it away: $4 is 1 or -1. Ids as
-- workers/follow/names.ts makes them. Gives the ids it changed.
WITH named AS (
  SELECT DISTINCT ON (i.entry_index, i.value)
    i.kind, i.value, i.log_id, e.trust, coalesce(e.issuer, '') AS issuer, coalesce(e.source, '') AS source, coalesce(i.exact, '') AS exact,
    i.entry_index, i.seen_at
  FROM monitor_identity i
  JOIN monitor_signed e ON e.log_id = i.log_id AND e.entry_index = i.entry_index AND e.signer = i.signer
  WHERE i.log_id = $1 AND i.entry_index >= $2::text::bigint AND i.entry_index < $3::text::bigint
  ORDER BY i.entry_index, i.value, i.kind, coalesce(i.exact, '') COLLATE "C"
)
INSERT INTO monitor_name AS n (id, kind, value, log_id, trust, issuer, source, exact, entries, first_index, last_index, first_seen_at, last_seen_at)
SELECT monitor_name_id(value, log_id, trust, issuer, source, exact),
       min(kind), value, log_id, trust, issuer, source, exact, $4::text::int * count(*), min(entry_index), max(entry_index), min(seen_at), max(seen_at)
FROM named GROUP BY value, log_id, trust, issuer, source, exact
ORDER BY 1
ON CONFLICT (id) DO UPDATE
SET entries = n.entries + excluded.entries,
    first_index = least(n.first_index, excluded.first_index),
    last_index = greatest(n.last_index, excluded.last_index),
    first_seen_at = least(n.first_seen_at, excluded.first_seen_at),
    last_seen_at = greatest(n.last_seen_at, excluded.last_seen_at)
RETURNING id
