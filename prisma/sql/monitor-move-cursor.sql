-- The verified cursor moves by compare-and-swap, first thing in the transaction of a batch: of two workers that read the
-- same batch, the second changes nothing. $1 log, $2 size before, $3 size after, $4 root, $5 checkpoint if the batch
-- reaches it, $6 compact range (hex), $7 checkpoint time, $8 unparsable entries, $9 state.
UPDATE monitor_log
SET verified_size = $3::text::bigint,
    downloaded_size = greatest(downloaded_size, $3::text::bigint),
    verified_root = decode($4, 'hex'),
    verified_checkpoint = coalesce($5, verified_checkpoint),
    compact_range = ARRAY(SELECT decode(hash, 'hex') FROM unnest($6::text[]) WITH ORDINALITY AS part (hash, place) ORDER BY place),
    checkpoint_at = coalesce($7::text::timestamptz, checkpoint_at),
    -- A catch-up that paused starts anew: what is left is estimated by its pace.
    behind_from = CASE WHEN $9 <> 'behind' THEN NULL
                       WHEN behind_since IS NULL OR verified_at < now() - interval '1 minute' THEN $2::text::bigint
                       ELSE behind_from END,
    behind_since = CASE WHEN $9 <> 'behind' THEN NULL
                        WHEN behind_since IS NULL OR verified_at < now() - interval '1 minute' THEN now()
                        ELSE behind_since END,
    verified_at = now(),
    polled_at = now(),
    consistent_since = coalesce(consistent_since, now()),
    unparsable = unparsable + $8::text::bigint,
    suspicions = 0,
    state = $9,
    state_reason = NULL
WHERE id = $1 AND verified_size = $2::text::bigint AND state <> 'misbehaving'
RETURNING id
