-- One page of what an identity signed, newest first, and how many there are in all, in one snapshot.
-- $1 identity value · $2 which trust, comma between · $3 issuer · $4 repository · $5 digest · $6 since ·
-- $7, $8, $9 the last row of the page before: seen_at, log_id, entry_index · $10 rows · $11 log · $12 before ·
-- $13 source, '' for none · $14 workflow · $15 trigger · $16 ref, by which only what is not older than $6 is looked for. What narrows by issuer, source, log or trust chooses rows of monitor_name, each of which is one
-- run of monitor_identity_name_idx and has its total. Hours are counted where they are kept, else at most some entries.
WITH named AS MATERIALIZED (
  SELECT n.id, n.log_id, n.entries, n.by_hour, n.last_index, n.first_seen_at, n.last_seen_at
  FROM monitor_name n
  JOIN monitor_log l ON l.id = n.log_id AND l.kind <> 'ct'
  WHERE n.id BETWEEN monitor_name_low($1::text) AND monitor_name_high($1::text) AND n.value = $1::text
    AND n.trust = ANY (string_to_array($2::text, ','))
    AND ($3::text IS NULL OR n.issuer = $3)
    AND ($11::text IS NULL OR n.log_id = $11)
    AND ($13::text IS NULL OR n.source = $13)
    AND ($6::timestamptz IS NULL OR n.last_seen_at >= $6)
    AND ($12::timestamptz IS NULL OR n.first_seen_at < $12)
), span AS MATERIALIZED (
  SELECT coalesce($6::timestamptz, '-infinity') AS low, coalesce($12::timestamptz, 'infinity') AS high,
    coalesce($4::text, '') <> '' OR $5::bytea IS NOT NULL OR coalesce($14::text, $15::text, $16::text) IS NOT NULL AS looks,
    -- The whole hours between, and where they begin and end.
    coalesce(monitor_hour_of($6::timestamptz + interval '1 hour - 1 microsecond'), -2147483648) AS from_hour,
    coalesce(monitor_hour_of($12::timestamptz), 2147483647) AS to_hour,
    coalesce(date_trunc('hour', $6::timestamptz + interval '1 hour - 1 microsecond', 'UTC'), '-infinity') AS whole_from,
    coalesce(date_trunc('hour', $12::timestamptz, 'UTC'), 'infinity') AS whole_to
), newest AS (
  -- The first page needs no more runs than rows: those whose newest rows are the newest.
  SELECT * FROM named
  ORDER BY last_seen_at DESC, log_id, last_index DESC
  LIMIT CASE WHEN $7::timestamptz IS NULL AND $12 IS NULL AND NOT (SELECT looks FROM span) THEN $10::int END
), page AS (
  SELECT row.* FROM newest n CROSS JOIN LATERAL (
    SELECT i.log_id, i.entry_index, i.signer, i.seen_at
    FROM monitor_identity i
    WHERE i.name = n.id AND coalesce(i.value = $1, false)
      AND i.seen_at >= (SELECT low FROM span) AND i.seen_at < (SELECT high FROM span)
      AND (i.seen_at, i.entry_index) < (coalesce($7, 'infinity'),
        CASE WHEN n.log_id > $8::text THEN 9223372036854775807 WHEN n.log_id = $8 THEN $9::bigint ELSE -1 END)
      -- An entry may carry the same words as two kinds of identity or in two spellings; it is still one entry.
      AND NOT EXISTS (
        SELECT 1 FROM monitor_identity other
        WHERE other.log_id = i.log_id AND other.entry_index = i.entry_index AND other.value = i.value
          AND (other.kind, coalesce(other.exact, '')) < (i.kind, coalesce(i.exact, '')))
      AND ($4 IS NULL OR EXISTS (
        SELECT 1 FROM monitor_identity r
        WHERE r.log_id = i.log_id AND r.entry_index = i.entry_index AND r.kind = 'repository' AND r.value = $4))
      AND ($5 IS NULL OR EXISTS (
        SELECT 1 FROM monitor_entry e WHERE e.log_id = i.log_id AND e.entry_index = i.entry_index AND e.digest = $5))
      AND (coalesce($14, $15, $16) IS NULL OR EXISTS (
        SELECT 1 FROM monitor_signed e WHERE e.log_id = i.log_id AND e.entry_index = i.entry_index AND e.signer = i.signer
          AND ($14 IS NULL OR monitor_workflow_of(e.claims) = $14) AND ($15 IS NULL OR monitor_trigger_of(e.claims) = $15)
          AND ($16 IS NULL OR monitor_ref_of(e.claims) = $16)))
    ORDER BY i.seen_at DESC, i.entry_index DESC
    LIMIT $10::int
  ) row
  ORDER BY row.seen_at DESC, row.log_id, row.entry_index DESC
  LIMIT $10::int
), shown AS (
  SELECT p.log_id, p.entry_index, p.seen_at, e.kind, e.digest_algorithm, encode(e.digest, 'hex') AS digest, s.trust,
    s.issuer, s.not_before, s.not_after, s.serial, s.source, s.claims,
    (SELECT jsonb_agg(
       jsonb_build_object('kind', x.kind, 'value', x.value, 'exact', coalesce(x.exact, x.value), 'trust', y.trust)
       ORDER BY x.signer <> p.signer, x.signer, x.kind, x.value)
     FROM monitor_identity x
     JOIN monitor_signed y ON y.log_id = x.log_id AND y.entry_index = x.entry_index AND y.signer = x.signer
     WHERE x.log_id = p.log_id AND x.entry_index = p.entry_index) AS identities
  FROM page p
  JOIN monitor_entry e ON e.log_id = p.log_id AND e.entry_index = p.entry_index
  -- Of several signers the one whose name it is.
  JOIN monitor_signed s ON s.log_id = p.log_id AND s.entry_index = p.entry_index AND s.signer = p.signer
)
SELECT CASE
    WHEN (SELECT looks FROM span) THEN (
      SELECT count(DISTINCT (i.log_id, i.entry_index))
      FROM named n JOIN monitor_identity i ON i.name = n.id AND i.value = $1
      WHERE i.seen_at >= (SELECT low FROM span) AND i.seen_at < (SELECT high FROM span)
        AND ($4 IS NULL OR EXISTS (
          SELECT 1 FROM monitor_identity r
          WHERE r.log_id = i.log_id AND r.entry_index = i.entry_index AND r.kind = 'repository' AND r.value = $4))
        AND ($5 IS NULL OR EXISTS (
          SELECT 1 FROM monitor_entry e WHERE e.log_id = i.log_id AND e.entry_index = i.entry_index AND e.digest = $5))
        AND (coalesce($14, $15, $16) IS NULL OR EXISTS (
          SELECT 1 FROM monitor_signed e WHERE e.log_id = i.log_id AND e.entry_index = i.entry_index AND e.signer = i.signer
            AND ($14 IS NULL OR monitor_workflow_of(e.claims) = $14) AND ($15 IS NULL OR monitor_trigger_of(e.claims) = $15)
            AND ($16 IS NULL OR monitor_ref_of(e.claims) = $16))))
    ELSE (
      SELECT coalesce(sum(CASE
        WHEN n.first_seen_at >= span.low AND n.last_seen_at < span.high THEN n.entries
        WHEN NOT n.by_hour OR span.whole_from > span.whole_to THEN (
          SELECT count(DISTINCT i.entry_index) FROM monitor_identity i
          WHERE i.name = n.id AND i.seen_at >= span.low AND i.seen_at < span.high)
        ELSE (
          SELECT coalesce(sum(h.entries), 0) FROM monitor_hour h
          WHERE h.name = n.id AND h.seen_hour >= span.from_hour AND h.seen_hour < span.to_hour
        ) + (
          SELECT count(DISTINCT i.entry_index) FROM monitor_identity i
          WHERE i.name = n.id AND i.seen_at >= span.low AND i.seen_at < span.whole_from
        ) + (
          SELECT count(DISTINCT i.entry_index) FROM monitor_identity i
          WHERE i.name = n.id AND i.seen_at >= span.whole_to AND i.seen_at < span.high)
      END), 0) FROM named n CROSS JOIN span)
  END AS total,
  coalesce((SELECT jsonb_agg(to_jsonb(shown) ORDER BY shown.seen_at DESC, shown.log_id, shown.entry_index DESC) FROM shown), '[]') AS rows
