/** The claims of a token that a GitHub workflow of `o/r` gets. */
export function workflowClaims(more: object = {}): Record<string, unknown> {
  const names = ['event_name', 'sha', 'workflow', 'job_workflow_sha', 'runner_environment', 'repository_id'];
  const rest = ['repository_owner_id', 'workflow_sha', 'repository_visibility'];
  return {
    ...Object.fromEntries([...names, ...rest].map((name) => [name, name])),
    sub: 'repo:o/r:ref:refs/heads/main',
    repository: 'o/r',
    repository_owner: 'o',
    ref: 'refs/heads/main',
    job_workflow_ref: 'o/r/.github/workflows/x.yml@refs/heads/main',
    workflow_ref: 'o/r/.github/workflows/x.yml@refs/heads/main',
    run_id: 7,
    run_attempt: '1',
    ...more,
  };
}
