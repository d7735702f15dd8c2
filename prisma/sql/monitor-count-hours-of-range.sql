-- Adds the hours of the entries $2 to $3 of log $1 to those of names that have them kept, or takes them away: $4 is 1 or -1.
-- With the changes of one renewal between the two, what did not change is as it was.
INSERT INTO monitor_hour AS h (name, seen_hour, signed_hour, entries, last_index)
SELECT i.name, monitor_hour_of(i.seen_at), monitor_hour_of(coalesce(e.not_before, e.seen_at)),
       $4::text::int * count(DISTINCT i.entry_index), max(i.entry_index)
FROM monitor_identity i
JOIN monitor_entry e ON e.log_id = i.log_id AND e.entry_index = i.entry_index
JOIN monitor_name n ON n.id = i.name AND n.by_hour
WHERE i.log_id = $1 AND i.entry_index >= $2::text::bigint AND i.entry_index < $3::text::bigint
GROUP BY 1, 2, 3
ON CONFLICT (name, seen_hour, signed_hour) DO UPDATE
SET entries = h.entries + excluded.entries,
    last_index = greatest(h.last_index, excluded.last_index)
RETURNING name::text AS name
