import { expect, it } from 'vitest';
import { signatureFacts, type FactsChange } from '#tests/harness/signature-facts.ts';
import { adviceFor } from './advice.ts';

const run = (path: string) => ({ runInvocationUri: `https://forge.example/acme/app/${path}` });

const kinds: [string, FactsChange, RegExp][] = [
  ['a run of GitHub', { issuer: 'https://token.actions.githubusercontent.com' }, /Actions, the workflow/],
  [
    'a run of GitHub, at the issuer of one company',
    { issuer: 'https://token.actions.githubusercontent.com/acme' },
    /Actions, the workflow/,
  ],
  [
    'a run of GitHub Enterprise',
    { issuer: 'https://forge.example/_services/token', claims: run('actions/runs/7/attempts/1') },
    /Actions, the workflow/,
  ],
  [
    'a job of a GitLab of their own',
    { issuer: 'https://forge.example', claims: run('-/jobs/7') },
    /running pipelines/,
  ],
  [
    'a build of a service we know nothing of',
    { issuer: 'https://ci.example', claims: run('builds/7') },
    /pipeline or workflow that ran/,
  ],
  ['a certificate of the early kind', { claims: { githubWorkflowTrigger: 'push' } }, /pipeline or workflow/],
  ['a build of which only the repository is said', { source: 'forge.example/acme/app' }, /pipeline or/],
  ['a build of which only its runner is said', { claims: { runnerEnvironment: 'own' } }, /pipeline or/],
  ['a workload', { identity: 'spiffe://example.com/ci/release' }, /Stop the service/],
  [
    'a workload, where a file is watched',
    { signer: 'https://kubernetes.io/namespaces/a/serviceaccounts/b' },
    /Stop the service/,
  ],
  ['a key', { trust: 'none', issuer: null }, /Revoke the key/],
  ['a code by mail', { issuer: 'https://ca.example/oidc' }, /could read your mailbox/],
  ['Google', { issuer: 'https://accounts.google.com' }, /myaccount\.google\.com/],
  ['a company at Microsoft', { issuer: 'https://login.microsoftonline.com/4f2a/v2.0' }, /mysignins/],
  ['a person elsewhere', {}, /At the provider that vouched/],
];

it.each(kinds)('advises for %s', (_, change, first) => {
  expect(adviceFor(signatureFacts(change), 'https://ca.example/oidc').contain[0]).toMatch(first);
});

it('never sends a build to the password of a person', () => {
  for (const [, change] of kinds.slice(0, 8)) {
    const { contain, rotate } = adviceFor(signatureFacts(change), 'https://ca.example/oidc');
    expect([...contain, ...rotate].join('\n')).not.toMatch(/password|passkey|session/);
    expect(rotate.join('\n')).toMatch(/secret|variable/);
  }
});

it('says what to do about the runner and the trigger', () => {
  const claims = {
    ...run('actions/runs/7'),
    runnerEnvironment: 'self-hosted',
    buildTrigger: 'pull_request_target',
  };
  const { contain } = adviceFor(signatureFacts({ claims }), '');
  expect(contain.filter((todo) => /self-hosted runner|pull_request_target/.test(todo))).toHaveLength(2);
});
