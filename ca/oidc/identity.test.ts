import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { workflowClaims } from '#tests/harness/workflow-claims.ts';
import { claimsToIdentity } from './claims-to-identity.ts';
import { IssuersError } from './issuer.ts';
import { readIssuers } from './issuers.ts';
import { parseTemplate, renderTemplate, TemplateError } from './template.ts';
import { TokenError } from './token-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-issuers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function issuersOf(file: object): ReturnType<typeof readIssuers> {
  const path = join(folder, 'issuers.json');
  writeFileSync(path, JSON.stringify(file));
  return readIssuers('http://localhost:3001', path);
}

const only = (url: string, entry: object) =>
  issuersOf({ OIDCIssuers: { [url]: { ClientID: 'sigstore', ...entry } } });

function identify(url: string, entry: object, claims: object): ReturnType<typeof claimsToIdentity> {
  const issuer = only(url, entry).find(url)[0];
  if (issuer === undefined) throw new Error('no issuer');
  return claimsToIdentity({ issuer, claims: { sub: 'subject', ...claims } });
}

describe('issuers', () => {
  it('are the embedded one and no other without a file', () => {
    const { listed, find } = readIssuers('http://localhost:3001', undefined);
    expect(listed.map(({ url }) => url)).toEqual(['http://localhost:3001/oidc']);
    expect(find('http://localhost:3001/oidc')[0]?.audience).toBe('sigstore');
    expect(find('https://accounts.google.com')).toEqual([]);
  });

  it('cannot take the place of the embedded one', () => {
    const { find } = only('http://localhost:3001/oidc', { Type: 'email', SkipEmailVerification: true });
    expect(find('http://localhost:3001/oidc')).toMatchObject([{ requireVerified: true }]);
  });

  it('are read in the spelling of JSON and of YAML', () => {
    const yamlish = issuersOf({
      'oidc-issuers': {
        'https://a.example': { 'issuer-url': 'https://a.example', 'client-id': 'x', type: 'email' },
      },
    });
    expect(yamlish.find('https://a.example')[0]?.audience).toBe('x');
  });

  it('a pattern is anchored and its stars stay within one label', () => {
    const { find } = issuersOf({
      MetaIssuers: { 'https://*.eks.example/id/*': { ClientID: 'x', Type: 'kubernetes' } },
    });
    expect(find('https://oidc-1.eks.example/id/AB12')[0]?.url).toBe('https://oidc-1.eks.example/id/AB12');
    for (const hostile of [
      'https://evil.test/?https://oidc.eks.example/id/AB',
      'https://oidc.eks.example/id/AB/../..',
      'https://oidc.eks.example/id/AB\n',
      'https://evil.test#.eks.example/id/AB',
      'https://a.b.eks.example/id/AB',
      'https://oidcXeks.example/id/AB',
      'http://oidc.eks.example/id/AB',
    ]) {
      expect(find(hostile)).toEqual([]);
    }
  });

  it.each([
    ['a type nobody knows', { Type: 'magic' }],
    ['no audience', { ClientID: '', Type: 'email' }],
    ['a subject domain elsewhere', { Type: 'uri', SubjectDomain: 'https://other.test' }],
    ['a subject domain of another scheme', { Type: 'uri', SubjectDomain: 'http://a.example' }],
    ['no subject domain', { Type: 'uri' }],
    ['a provider without metadata', { Type: 'ci-provider', CIProvider: 'mystery' }],
  ])('with %s stop the start', (_, entry) => {
    expect(() => only('https://id.a.example', entry)).toThrow(IssuersError);
  });
});

describe('an identity', () => {
  it('of type email is the verified address; the proof is over it', () => {
    const identity = identify(
      'https://a.example',
      { Type: 'email' },
      { email: 'Ada@Example.com', email_verified: true },
    );
    expect(identity.subjectAltName).toEqual({ kind: 'email', value: 'Ada@Example.com' });
    expect(identity.challenges).toEqual(['Ada@Example.com']);
    expect(identity.claims).toEqual({
      issuerV1: 'https://a.example',
      issuer: 'https://a.example',
      tokenSubject: 'subject',
    });
  });

  it('of type email may name the issuer behind the issuer', () => {
    const entry = { Type: 'email', IssuerClaim: '$.federated_claims.connector_id' };
    const claims = {
      email: 'a@b.example',
      email_verified: true,
      federated_claims: { connector_id: 'https://idp.example' },
    };
    expect(identify('https://a.example', entry, claims).claims.issuer).toBe('https://idp.example');
    expect(() => identify('https://a.example', entry, { ...claims, federated_claims: {} })).toThrow(
      TokenError,
    );
  });

  it('of type uri lies in its domain, byte for byte of the host', () => {
    const entry = { Type: 'uri', SubjectDomain: 'https://users.a.example' };
    const sub = 'https://users.a.example/ada';
    const identity = identify('https://id.a.example', entry, { sub, email: 'a@b.example' });
    expect(identity.subjectAltName).toEqual({ kind: 'uri', value: sub });
    // Clients sign the email when there is one, whatever kind the issuer is.
    expect(identity.challenges).toEqual([sub, 'a@b.example']);
    for (const bad of [
      'https://users.a.example.evil.test/',
      'http://users.a.example/',
      'https://xusers.a.example/',
      // A browser reads each of these as the right host; whoever compares text does not.
      String.raw`https:\\users.a.example\ada`,
      'https:users.a.example/ada',
      'https://USERS.a.example/ada',
      'HTTPS://users.a.example/ada',
      'https://ada@users.a.example/',
      'https://users.a.example/a b',
      'https://users.a.example/%zz',
      'https://users.a.example/#a#b',
      'ada',
    ]) {
      expect(() => identify('https://id.a.example', entry, { sub: bad })).toThrow(TokenError);
    }
  });

  it('of type spiffe is of the trust domain', () => {
    const entry = { Type: 'spiffe', SPIFFETrustDomain: 'a.example' };
    const sub = 'spiffe://a.example/workload';
    expect(identify('https://a.example', entry, { sub }).subjectAltName.value).toBe(sub);
    for (const bad of [
      'spiffe://b.example/x',
      'spiffe://a.example/../x',
      'spiffe://a.example:1/x',
      'spiffe://a.example/x?y',
    ]) {
      expect(() => identify('https://a.example', entry, { sub: bad })).toThrow(TokenError);
    }
  });

  it('of type username and kubernetes are put together as clients expect', () => {
    const named = identify(
      'https://a.example',
      { Type: 'username', SubjectDomain: 'a.example' },
      { sub: 'ada' },
    );
    expect(named.subjectAltName).toEqual({ kind: 'username', value: 'ada!a.example' });
    expect(named.challenges).toEqual(['ada']);
    const pod = { 'kubernetes.io': { namespace: 'n', serviceaccount: { name: 's' } } };
    expect(identify('https://a.example', { Type: 'kubernetes' }, pod).subjectAltName.value).toBe(
      'https://kubernetes.io/namespaces/n/serviceaccounts/s',
    );
  });

  it.each([
    ['ns/serviceaccounts/x', 's'],
    ['..', 's'],
    ['n', 'sa?x#y'],
    ['n', '..'],
    ['n.m', 's'],
    ['N', 's'],
    ['n', `${'s'.repeat(64)}`],
    ['n', 's-'],
  ])('of Kubernetes is of names that Kubernetes gives: not %s and %s', (namespace, name) => {
    const pod = { 'kubernetes.io': { namespace, serviceaccount: { name } } };
    expect(() => identify('https://a.example', { Type: 'kubernetes' }, pod)).toThrow(TokenError);
  });

  const workflow = (more: object) =>
    identify('https://github.com', { Type: 'github-workflow' }, workflowClaims(more));

  // What Go's url.Parse(x).String() gives.
  it.each([
    [
      'o/r/.github/workflows/my build.yml@refs/heads/main',
      'o/r/.github/workflows/my%20build.yml@refs/heads/main',
    ],
    ['o/r/x.yml@refs/heads/ü', 'o/r/x.yml@refs/heads/%C3%BC'],
    ['o/r/x.yml@refs/heads/"a"(b)', 'o/r/x.yml@refs/heads/%22a%22%28b%29'],
    ['o/r/x.yml@refs/heads/(b)!', 'o/r/x.yml@refs/heads/(b)!'],
    ['o/r/x.yml@refs/heads/a%20b', 'o/r/x.yml@refs/heads/a%20b'],
    ['o/r/x.yml@refs/heads/fix#1', 'o/r/x.yml@refs/heads/fix#1'],
    ['o/r/x.yml@refs/heads/fix#a b', 'o/r/x.yml@refs/heads/fix#a%20b'],
  ])('of a workflow %s is a URI', (reference, path) => {
    const { subjectAltName, claims } = workflow({ job_workflow_ref: reference });
    expect(subjectAltName.value).toBe(`https://github.com/${path}`);
    expect(claims.buildSignerUri).toBe(`https://github.com/${reference}`);
  });

  it.each([
    { job_workflow_ref: '' },
    { sha: '' },
    { repository: '' },
    { run_id: '' },
    { job_workflow_ref: 'o/r/x.yml@refs/heads/a%b' },
    { job_workflow_ref: 'o/r/x.yml@refs/heads/a\nb' },
    { job_workflow_ref: 'o/r/x.yml@refs/heads/\ud800' },
    { job_workflow_ref: 'o/r/x.yml?a b' },
  ])('of a workflow is never made of an empty or broken claim: %j', (more) => {
    expect(() => workflow(more)).toThrow(TokenError);
    expect(workflow({ environment: '' }).claims.deploymentEnvironment).toBeUndefined();
  });

  it('of a GitLab pipeline tells branches from tags', () => {
    const names = [
      'ci_config_sha',
      'runner_environment',
      'sha',
      'project_id',
      'namespace_id',
      'pipeline_source',
      'job_id',
    ];
    const claims = {
      ...Object.fromEntries(
        [...names, 'project_visibility', 'namespace_path', 'project_path'].map((name) => [name, name]),
      ),
      ci_config_ref_uri: 'gitlab.com/o/r//.gitlab-ci.yml@refs/heads/main',
      ref: 'v1',
    };
    const refOf = (type: string): string | undefined =>
      identify('https://gitlab.com', { Type: 'gitlab-pipeline' }, { ...claims, ref_type: type }).claims
        .sourceRepositoryRef;
    expect([refOf('branch'), refOf('tag')]).toEqual(['refs/heads/v1', 'refs/tags/v1']);
    for (const other of ['merge', 'Branch', '']) expect(() => refOf(other)).toThrow(TokenError);
  });
});

describe('a template', () => {
  const values = new Map([
    ['a', '1'],
    ['b/c.d', '2'],
    ['evil', '{{ .a }}'],
  ]);

  it.each([
    ['a', '1'],
    ['x{{ .a }}y', 'x1y'],
    ['{{ index . "b/c.d" }}', '2'],
    ['{{ if eq .a "1" }}yes{{ else }}no{{ end }}!', 'yes!'],
    ['{{ if eq .a "2" }}yes{{ end }}!', '!'],
    ['{{ .evil }}', '{{ .a }}'],
    ['{{ .missing }}', undefined],
  ])('%s gives %s', (source, expected) => {
    expect(renderTemplate(parseTemplate(source), values)).toBe(expected);
  });

  it.each(['{{ .a | html }}', '{{ range . }}', '{{ if eq .a "1" }}', '{{ end }}', '{{ template "x" }}'])(
    '%s is refused',
    (source) => {
      expect(() => parseTemplate(source)).toThrow(TemplateError);
    },
  );
});
