-- What a name signed before: its latest genuine signatures, of every log but a CT log. Bounded twice, so that a flood of
-- forged entries costs no more than an honest history. $1 names, $2 log, $3 the batch's first entry, $4 how many each.
SELECT recent.value, recent.at, recent.issuer, recent.source, recent.key_type, claims.*
FROM unnest($1::text[]) AS asked (value)
CROSS JOIN LATERAL (
  SELECT found.value, coalesce(entry.not_before, entry.seen_at) AS at, entry.issuer, entry.source, entry.key_type, entry.claims
  FROM (
    SELECT identity.value, identity.log_id, identity.entry_index, identity.seen_at
    FROM monitor_identity identity
    WHERE hashtextextended(identity.value, 0) = hashtextextended(asked.value, 0) AND identity.value = asked.value
      AND (identity.log_id <> $2 OR identity.entry_index < $3::text::bigint)
    ORDER BY identity.seen_at DESC, identity.log_id, identity.entry_index DESC
    LIMIT $4::text::int * 10
  ) found
  JOIN monitor_log log ON log.id = found.log_id AND log.kind <> 'ct'
  JOIN monitor_entry entry ON entry.log_id = found.log_id AND entry.entry_index = found.entry_index
  WHERE entry.trust IN ('trusted', 'none')
    -- What somebody disowned is no habit of the owner, however often it was repeated.
    AND NOT EXISTS (
      SELECT 1 FROM alert_alert alert JOIN account_answer said ON said.alert_id = alert.id
      WHERE alert.log_id = entry.log_id AND alert.entry_index = entry.entry_index
        AND said.answer = 'not-mine' AND said.undone_at IS NULL
    )
  ORDER BY found.seen_at DESC, found.log_id, found.entry_index DESC
  LIMIT $4::text::int
) recent
CROSS JOIN LATERAL json_to_record(recent.claims) AS claims (
  "sourceRepositoryIdentifier" text, "sourceRepositoryOwnerIdentifier" text, "sourceRepositoryRef" text,
  "buildConfigUri" text, "buildSignerUri" text, "buildTrigger" text, "runnerEnvironment" text, "runInvocationUri" text,
  "githubWorkflowName" text, "githubWorkflowRef" text, "githubWorkflowTrigger" text)
ORDER BY recent.value, recent.at
