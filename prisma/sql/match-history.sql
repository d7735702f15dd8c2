-- What a name signed before: its latest genuine signatures, of every log but a CT log: forged entries
-- are runs of their own, which nobody reads here. $1 names, $2 log, $3 the batch's first entry, $4 how many each.
SELECT recent.value, recent.at, recent.issuer, recent.source, recent.key_type, claims.*
FROM unnest($1::text[]) AS asked (value)
CROSS JOIN LATERAL (
  SELECT found.value, coalesce(signed.not_before, found.seen_at) AS at, signed.issuer, signed.source, signed.key_type, signed.claims
  FROM (
    SELECT asked.value, run.log_id, run.entry_index, run.signer, run.seen_at
    FROM (
      SELECT name.id FROM monitor_name name
      JOIN monitor_log log ON log.id = name.log_id AND log.kind <> 'ct'
      WHERE name.id BETWEEN monitor_name_low(asked.value) AND monitor_name_high(asked.value) AND name.value = asked.value
        AND name.trust IN ('trusted', 'none') AND (name.log_id <> $2 OR name.first_index < $3::text::bigint)
      ORDER BY name.last_seen_at DESC, name.log_id, name.last_index DESC
      LIMIT $4::text::int * 10
    ) name
    CROSS JOIN LATERAL (
      SELECT identity.log_id, identity.entry_index, identity.signer, identity.seen_at
      FROM monitor_identity identity
      -- Not `=`: of one name the planner would think that it has as few as most have, and sort them all.
      WHERE identity.name BETWEEN name.id AND name.id
        AND (identity.log_id <> $2 OR identity.entry_index < $3::text::bigint)
      ORDER BY identity.name, identity.seen_at DESC, identity.entry_index DESC
      LIMIT $4::text::int * 10
    ) run
    ORDER BY run.seen_at DESC, run.log_id, run.entry_index DESC
    LIMIT $4::text::int * 10
  ) found
  JOIN monitor_signed signed ON signed.log_id = found.log_id AND signed.entry_index = found.entry_index
    AND signed.signer = found.signer
  -- What somebody disowned is no habit of the owner, however often it was repeated.
  WHERE NOT EXISTS (
    SELECT 1 FROM alert_alert alert JOIN account_answer said ON said.alert_id = alert.id
    WHERE alert.log_id = found.log_id AND alert.entry_index = found.entry_index
      AND said.answer = 'not-mine' AND said.undone_at IS NULL
  )
  ORDER BY found.seen_at DESC, found.log_id, found.entry_index DESC
  LIMIT $4::text::int
) recent
CROSS JOIN LATERAL json_to_record(recent.claims) AS claims (
  "sourceRepositoryIdentifier" text, "sourceRepositoryOwnerIdentifier" text, "sourceRepositoryRef" text,
  "buildConfigUri" text, "buildSignerUri" text, "buildTrigger" text, "runnerEnvironment" text, "runInvocationUri" text,
  "githubWorkflowName" text, "githubWorkflowRef" text, "githubWorkflowTrigger" text, "tokenSubject" text)
ORDER BY recent.value, recent.at
