-- What a certificate says of the build that signed, as lib/rules/history.ts reads it.
CREATE FUNCTION monitor_workflow_of(claims json) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN coalesce(nullif(regexp_replace(claims ->> 'buildConfigUri', '@refs/.*$', ''), ''), nullif(claims ->> 'githubWorkflowName', ''));
CREATE FUNCTION monitor_trigger_of(claims json) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN coalesce(nullif(claims ->> 'buildTrigger', ''), nullif(claims ->> 'githubWorkflowTrigger', ''));
CREATE FUNCTION monitor_ref_of(claims json) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN coalesce(nullif(claims ->> 'sourceRepositoryRef', ''), nullif(claims ->> 'githubWorkflowRef', ''));
