/** What a CI token says about its run, and where that goes in a certificate; the large ones are known without a file. */
import type { FulcioClaimName } from '#lib/x509/fulcio-oids.ts';
import { parseTemplate, type Template } from './template.ts';

export interface CiProvider {
  readonly name: string;
  /** Values for claims a token may leave out; what has an empty one here may be empty there. */
  readonly defaults: Readonly<Record<string, string>>;
  readonly extensions: ReadonlyMap<FulcioClaimName, Template>;
  readonly subjectAlternativeName: Template;
  /** Claims that must have one of these values. */
  readonly oneOf?: Readonly<Record<string, readonly string[]>>;
}

type Sources = { readonly [name in FulcioClaimName]?: string };

function provider(name: string, defaults: Record<string, string>, san: string, sources: Sources): CiProvider {
  const extensions = new Map(
    Object.entries(sources).map(([claim, source]) => [claim as FulcioClaimName, parseTemplate(source)]),
  );
  return { name, defaults, extensions, subjectAlternativeName: parseTemplate(san) };
}

const github = provider(
  'github-workflow',
  { url: 'https://github.com', environment: '' },
  '{{ .url }}/{{ .job_workflow_ref }}',
  {
    githubWorkflowTrigger: 'event_name',
    githubWorkflowSha: 'sha',
    githubWorkflowName: 'workflow',
    githubWorkflowRepository: 'repository',
    githubWorkflowRef: 'ref',
    buildSignerUri: '{{ .url }}/{{ .job_workflow_ref }}',
    buildSignerDigest: 'job_workflow_sha',
    runnerEnvironment: 'runner_environment',
    sourceRepositoryUri: '{{ .url }}/{{ .repository }}',
    sourceRepositoryDigest: 'sha',
    sourceRepositoryRef: 'ref',
    sourceRepositoryIdentifier: 'repository_id',
    sourceRepositoryOwnerUri: '{{ .url }}/{{ .repository_owner }}',
    sourceRepositoryOwnerIdentifier: 'repository_owner_id',
    buildConfigUri: '{{ .url }}/{{ .workflow_ref }}',
    buildConfigDigest: 'workflow_sha',
    buildTrigger: 'event_name',
    runInvocationUri: '{{ .url }}/{{ .repository }}/actions/runs/{{ .run_id }}/attempts/{{ .run_attempt }}',
    sourceRepositoryVisibilityAtSigning: 'repository_visibility',
    deploymentEnvironment: 'environment',
  },
);

const gitlabPipeline = provider(
  'gitlab-pipeline',
  { url: 'https://gitlab.com', environment: '' },
  'https://{{ .ci_config_ref_uri }}',
  {
    buildSignerUri: 'https://{{ .ci_config_ref_uri }}',
    buildSignerDigest: 'ci_config_sha',
    runnerEnvironment: 'runner_environment',
    sourceRepositoryUri: '{{ .url }}/{{ .project_path }}',
    sourceRepositoryDigest: 'sha',
    sourceRepositoryRef: 'refs/{{ if eq .ref_type "branch" }}heads{{ else }}tags{{ end }}/{{ .ref }}',
    sourceRepositoryIdentifier: 'project_id',
    sourceRepositoryOwnerUri: '{{ .url }}/{{ .namespace_path }}',
    sourceRepositoryOwnerIdentifier: 'namespace_id',
    buildConfigUri: 'https://{{ .ci_config_ref_uri }}',
    buildConfigDigest: 'ci_config_sha',
    buildTrigger: 'pipeline_source',
    runInvocationUri: '{{ .url }}/{{ .project_path }}/-/jobs/{{ .job_id }}',
    sourceRepositoryVisibilityAtSigning: 'project_visibility',
    deploymentEnvironment: 'environment',
  },
);

// Its templates know two kinds of reference; a token of a merge train would be certified as one of them.
const gitlab: CiProvider = { ...gitlabPipeline, oneOf: { ref_type: ['branch', 'tag'] } };

const buildkite = provider(
  'buildkite-job',
  { url: 'https://buildkite.com' },
  '{{ .url }}/{{ .organization_slug }}/{{ .pipeline_slug }}',
  {
    runnerEnvironment: 'runner_environment',
    sourceRepositoryDigest: 'build_commit',
    buildTrigger: 'build_source',
    runInvocationUri:
      '{{ .url }}/{{ .organization_slug }}/{{ .pipeline_slug }}/builds/{{ .build_number }}#{{ .job_id }}',
  },
);

const codefresh = provider(
  'codefresh-workflow',
  { platform_url: 'https://g.codefresh.io', scm_repo_url: '', scm_ref: '', runner_environment: '' },
  '{{ .platform_url }}/{{ .account_name }}/{{ .pipeline_name }}:{{ .account_id }}/{{ .pipeline_id }}',
  {
    buildSignerUri: '{{ .platform_url }}/build/{{ .workflow_id }}',
    runnerEnvironment: 'runner_environment',
    sourceRepositoryUri: 'scm_repo_url',
    sourceRepositoryRef: 'scm_ref',
    buildConfigUri: '{{ .platform_url }}/api/pipelines/{{ .pipeline_id }}',
    runInvocationUri: '{{ .platform_url }}/build/{{ .workflow_id }}',
  },
);

// CircleCI names its claims by addresses.
const circle = (claim: string): string => `{{ index . "oidc.circleci.com/${claim}" }}`;
const circlePipeline = `{{ .api_url }}/projects/${circle('project-id')}/pipeline-definitions/${circle('pipeline-definition-id')}`;
const circleci = provider(
  'circleci-job',
  {
    api_url: 'https://circleci.com/api/v2',
    platform_url: 'https://app.circleci.com',
    // A pipeline that no push started has neither.
    'oidc.circleci.com/vcs-ref': '',
    'oidc.circleci.com/vcs-origin': '',
  },
  circlePipeline,
  {
    buildSignerUri: circlePipeline,
    buildConfigUri: `{{ .api_url }}/pipeline/${circle('pipeline-id')}/config`,
    runInvocationUri: `{{ .platform_url }}/workflow/${circle('workflow-id')}/job/${circle('job-id')}`,
    runnerEnvironment: '{{ if eq (index . "oidc.circleci.com/ssh-rerun") "true" }}ssh-rerun{{ end }}',
    sourceRepositoryRef: circle('vcs-ref'),
    sourceRepositoryUri: circle('vcs-origin'),
  },
);

export const builtInProviders: ReadonlyMap<string, CiProvider> = new Map(
  [github, gitlab, buildkite, codefresh, circleci].map((known) => [known.name, known]),
);

/** Fulcio's own types for them; every other service of builds is a `ci-provider`. */
export const buildTypes = [
  'github-workflow',
  'gitlab-pipeline',
  'buildkite-job',
  'codefresh-workflow',
] as const;

export function isBuildType(name: string): boolean {
  return buildTypes.some((type) => type === name);
}
