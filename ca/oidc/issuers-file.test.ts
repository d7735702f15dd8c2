import { describe, expect, it } from 'vitest';
import { claimsToIdentity } from './claims-to-identity.ts';
import { IssuersError } from './issuer.ts';
import { parseIssuers } from './issuers-file.ts';
import { issuersOf } from './issuers.ts';

const yaml = `
define:
  - &type "buildkite-job"
oidc-issuers:
  https://agent.buildkite.com:
    issuer-url: https://agent.buildkite.com
    client-id: sigstore
    type: ci-provider
    ci-provider: *type
    contact: somebody@example.com
    description: "Buildkite"
    allow:
      claims: { organization_slug: [acme] }
  human:
    issuer-url: https://gitlab.example
    client-id: people
    type: email
  machine:
    issuer-url: https://gitlab.example
    client-id: sigstore
    type: gitlab-pipeline
meta-issuers:
  https://oidc.circleci.com/org/*:
    client-id: sigstore
    type: ci-provider
    ci-provider: circleci-job
`;
const issuers = issuersOf('http://localhost:3001', parseIssuers(yaml, 'issuers.yaml'));

function nameOf(issuer: string, claims: Record<string, unknown>): ReturnType<typeof claimsToIdentity> {
  const [entry] = issuers.find(issuer);
  if (entry === undefined) throw new Error('no issuer');
  return claimsToIdentity({ issuer: entry, claims: { sub: 'subject', ...claims } });
}

describe('a file in YAML', () => {
  it('is read with its anchors, and names the same issuers as one in JSON', () => {
    expect(issuers.listed.map(({ url, audience }) => [url, audience])).toEqual([
      ['http://localhost:3001/oidc', 'sigstore'],
      ['https://agent.buildkite.com', 'sigstore'],
      ['https://gitlab.example', 'people'],
      ['https://gitlab.example', 'sigstore'],
    ]);
  });

  it('may list an issuer more than once, for another audience each time', () => {
    expect(issuers.find('https://gitlab.example').map(({ type }) => type)).toEqual(['email', 'ci-provider']);
    const twice = yaml.replace('client-id: people', 'client-id: sigstore');
    expect(() => parseIssuers(twice, 'f')).toThrow('listed twice for sigstore');
  });

  it.each([
    ['neither JSON nor YAML', '{"OIDCIssuers": '],
    ['a key twice', `${yaml}\nmeta-issuers: {}\n`],
    ['a field nobody knows', yaml.replace('contact:', 'contakt:')],
    ['a provider nobody knows', yaml.replace('circleci-job', 'mystery')],
    ['an authority that is none', yaml.replace('contact:', 'ca-cert: hello\n    contact:')],
    [
      'the keys of one issuer in two places',
      yaml.replace('client-id: people', 'client-id: people\n    jwks-uri: https://k.example'),
    ],
    [
      'a pattern for SPIFFE',
      `meta-issuers: { 'https://*.x.example': { client-id: x, type: spiffe, spiffe-trust-domain: x } }`,
    ],
    [
      'rules that are none',
      `oidc-issuers: { 'https://a.example': { client-id: x, type: email, allow: {} } }`,
    ],
    [
      'rules about no claim',
      `oidc-issuers: { 'https://a.example': { client-id: x, type: email, allow: { claims: {} } } }`,
    ],
  ])('with %s is refused', (_, source) => {
    expect(() => parseIssuers(source, 'f')).toThrow(IssuersError);
  });

  it('that is empty lists nobody', () => {
    expect(parseIssuers('', 'f')).toEqual({ listed: [], wildcards: [] });
  });
});

describe('an identity', () => {
  it('of a Buildkite job is its pipeline', () => {
    const claims = {
      organization_slug: 'acme',
      pipeline_slug: 'tool',
      build_number: 7,
      job_id: 'j',
      build_commit: 'abc',
      build_source: 'webhook',
      runner_environment: 'self-hosted',
    };
    const { subjectAltName, claims: said } = nameOf('https://agent.buildkite.com', claims);
    expect(subjectAltName).toEqual({ kind: 'uri', value: 'https://buildkite.com/acme/tool' });
    expect(said).toMatchObject({
      runInvocationUri: 'https://buildkite.com/acme/tool/builds/7#j',
      sourceRepositoryDigest: 'abc',
    });
    expect(() => nameOf('https://agent.buildkite.com', { ...claims, organization_slug: 'eve' })).toThrow(
      'organization_slug',
    );
  });

  it('of a CircleCI job is its pipeline definition', () => {
    const circle = (names: string[]) =>
      Object.fromEntries(names.map((name) => [`oidc.circleci.com/${name}`, name]));
    const claims = circle([
      'project-id',
      'pipeline-definition-id',
      'pipeline-id',
      'workflow-id',
      'job-id',
      'vcs-ref',
    ]);
    const said = nameOf('https://oidc.circleci.com/org/o-1', {
      ...claims,
      'oidc.circleci.com/ssh-rerun': true,
    });
    expect(said.subjectAltName.value).toBe(
      'https://circleci.com/api/v2/projects/project-id/pipeline-definitions/pipeline-definition-id',
    );
    expect(said.claims).toMatchObject({
      runInvocationUri: 'https://app.circleci.com/workflow/workflow-id/job/job-id',
      runnerEnvironment: 'ssh-rerun',
      sourceRepositoryRef: 'vcs-ref',
    });
    expect(said.claims).not.toHaveProperty('sourceRepositoryUri');
  });

  it('of a Codefresh workflow and of Chainguard are put together as clients expect', () => {
    const entries = {
      'https://c.example': { ClientID: 'x', Type: 'codefresh-workflow' },
      'https://g.example': { ClientID: 'x', Type: 'chainguard-identity' },
    };
    const [codefresh, chainguard] = parseIssuers(JSON.stringify({ OIDCIssuers: entries }), 'f').listed;
    if (codefresh === undefined || chainguard === undefined) throw new Error('no issuer');
    const claims = {
      account_name: 'a',
      pipeline_name: 'p/q',
      account_id: '1',
      pipeline_id: '2',
      workflow_id: 'w',
    };
    expect(
      claimsToIdentity({ issuer: codefresh, claims: { sub: 's', ...claims } }).subjectAltName.value,
    ).toBe('https://g.codefresh.io/a/p/q:1/2');
    const known = claimsToIdentity({ issuer: chainguard, claims: { sub: 'abc/def', email: 'a@b.example' } });
    expect(known.subjectAltName.value).toBe('https://g.example/abc/def');
    expect(known.challenges).toEqual(['abc/def', 'a@b.example']);
  });
});
