-- How the newest signatures of a name were made, newest first: $1 identity value · $2 how many are looked at. What a build
-- says of itself is in no table of counts (a ref is new with each release), so that some are read, and it is said how many.
WITH named AS MATERIALIZED (
  SELECT n.id, n.log_id, n.last_index, n.last_seen_at
  FROM monitor_name n
  JOIN monitor_log l ON l.id = n.log_id AND l.kind <> 'ct'
  WHERE n.id BETWEEN monitor_name_low($1::text) AND monitor_name_high($1::text) AND n.value = $1
    AND n.trust IN ('trusted', 'unknown', 'none') AND n.source <> ''
  ORDER BY n.last_seen_at DESC, n.log_id, n.last_index DESC LIMIT $2::int
), newest AS (
  SELECT DISTINCT row.log_id, row.entry_index, row.signer, row.seen_at
  FROM named CROSS JOIN LATERAL (
    SELECT i.log_id, i.entry_index, i.signer, i.seen_at FROM monitor_identity i
    -- Not `=`: of one name the planner would think that it has as few as most have, and sort them all.
    WHERE i.name BETWEEN named.id AND named.id
    ORDER BY i.name, i.seen_at DESC, i.entry_index DESC LIMIT $2
  ) row
  ORDER BY row.seen_at DESC, row.log_id, row.entry_index DESC LIMIT $2
)
SELECT n.log_id AS log, n.entry_index::float8 AS index, n.seen_at AS "seenAt", e.not_before AS "notBefore", e.trust, e.issuer, e.source,
  monitor_workflow_of(e.claims) AS workflow, monitor_trigger_of(e.claims) AS trigger, monitor_ref_of(e.claims) AS ref
FROM newest n
JOIN monitor_signed e ON e.log_id = n.log_id AND e.entry_index = n.entry_index AND e.signer = n.signer
ORDER BY n.seen_at DESC, n.log_id, n.entry_index DESC
