import { expect, it } from 'vitest';
import type { Signing } from '../signings/signing.ts';
import { changesSince } from './changes.ts';

const before: Signing = {
  log: 'rekor',
  index: 1,
  seenAt: '2026-11-23T12:00:00.000Z',
  kind: 'hashedrekord',
  trust: 'trusted',
  digest: null,
  issuer: 'https://token.actions.githubusercontent.com',
  notBefore: null,
  notAfter: null,
  serial: null,
  source: 'github.com/acme/app',
  claims: {
    buildConfigUri: 'https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1',
    sourceRepositoryRef: 'refs/tags/v1',
    buildTrigger: 'push',
  },
  identities: [],
};

it('says nothing of the next release', () => {
  const claims = {
    ...before.claims,
    buildConfigUri: before.claims['buildConfigUri']?.replace('v1', 'v2') ?? '',
    sourceRepositoryRef: 'refs/tags/v2',
  };
  expect(changesSince(before, { ...before, index: 2, claims })).toEqual([]);
});

it('says what an attacker would have changed', () => {
  const claims = {
    ...before.claims,
    sourceRepositoryRef: 'refs/heads/x',
    buildTrigger: 'pull_request_target',
  };
  expect(changesSince(before, { ...before, source: 'github.com/evil/app', claims })).toEqual([
    { what: 'Repository', before: 'github.com/acme/app', now: 'github.com/evil/app' },
    { what: 'Kind of ref', before: 'a tag', now: 'branch x' },
    { what: 'Started by', before: 'push', now: 'pull_request_target' },
  ]);
});

it('tells a claim that went from one that was never there', () => {
  const { buildTrigger: _, ...claims } = before.claims;
  expect(changesSince(before, { ...before, claims })).toEqual([
    { what: 'Started by', before: 'push', now: 'none' },
  ]);
});
