/** What the claims of a certificate are called, under the headings a person asks by; older spellings beside newer. */
export const claimNames = {
  source: {
    sourceRepositoryUri: 'Repository',
    githubWorkflowRepository: 'Repository',
    sourceRepositoryRef: 'Branch or tag',
    githubWorkflowRef: 'Branch or tag',
    sourceRepositoryDigest: 'Commit',
    githubWorkflowSha: 'Commit',
    sourceRepositoryIdentifier: 'Repository number',
    sourceRepositoryOwnerUri: 'Owner',
    sourceRepositoryOwnerIdentifier: 'Owner number',
    sourceRepositoryVisibilityAtSigning: 'Visibility then',
  },
  build: {
    buildConfigUri: 'Workflow',
    githubWorkflowName: 'Workflow name',
    buildConfigDigest: 'Workflow commit',
    buildSignerUri: 'Signed by',
    buildSignerDigest: 'Signer commit',
    buildTrigger: 'Started by',
    githubWorkflowTrigger: 'Started by',
    runnerEnvironment: 'Runner',
    runInvocationUri: 'Run',
    deploymentEnvironment: 'Deployment',
  },
} as const;

/** Certificates carry the older spelling of a claim beside the newer: the first that is there is said. */
export function saidClaims(
  names: Readonly<Record<string, string>>,
  claims: Readonly<Record<string, string>>,
): Map<string, string> {
  const said = new Map<string, string>();
  for (const [claim, name] of Object.entries(names)) {
    const value = claims[claim];
    if (value !== undefined && !said.has(name)) said.set(name, value);
  }
  return said;
}
