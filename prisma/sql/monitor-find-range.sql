-- Every name whose SHA-256 begins so, by its whole hash, and how often it signed and was forged. The ids of monitor_name
-- begin with the same hash, so this is one range of its primary key. What its owner wants unlisted is told of as such, without
-- numbers. $1, $2 the lowest and the highest id · $3 rows.
SELECT encode(sha256(convert_to(n.value, 'UTF8')), 'hex') AS hash,
  coalesce(sum(n.entries) FILTER (WHERE n.trust IN ('trusted', 'unknown', 'none')), 0)::bigint AS signed,
  coalesce(sum(n.entries) FILTER (WHERE n.trust = 'untrusted'), 0)::bigint AS forged,
  EXISTS (SELECT 1 FROM account_unlisting u WHERE u.ended_at IS NULL AND u.value IN (n.value,
    -- What keys claim of an address says as much of it.
    CASE WHEN n.value LIKE 'pgp-user:%' THEN coalesce(substring(n.value FROM '<([^<>]+)>$'), substr(n.value, 10)) END)) AS unlisted
FROM monitor_name n
JOIN monitor_log l ON l.id = n.log_id AND l.kind <> 'ct'
WHERE n.id BETWEEN $1::text::uuid AND $2::text::uuid
GROUP BY n.value
ORDER BY 1
LIMIT $3::int
