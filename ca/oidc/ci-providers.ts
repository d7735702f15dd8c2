/** What a CI token says about its run, and where that goes in a certificate; GitHub and GitLab are known without a file. */
import type { FulcioClaimName } from '#lib/x509/fulcio-oids.ts';
import { parseTemplate, type Template } from './template.ts';

export interface CiProvider {
  readonly name: string;
  /** Values for claims a token may leave out. */
  readonly defaults: Readonly<Record<string, string>>;
  readonly extensions: ReadonlyMap<FulcioClaimName, Template>;
  readonly subjectAlternativeName: Template;
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

const gitlab = provider(
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

export const builtInProviders: ReadonlyMap<string, CiProvider> = new Map(
  [github, gitlab].map((known) => [known.name, known]),
);
