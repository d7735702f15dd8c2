import { expect, it } from 'vitest';
import { evaluate } from '#lib/rules/evaluate.ts';
import { factsSchema, type Facts } from '#lib/rules/facts.ts';
import { offeredScopes, scopePath } from './mine-scope.ts';

const facts = (change: object = {}): Facts =>
  factsSchema.parse({
    identity: 'github.com/acme/app',
    identityKind: 'repository',
    logId: 'rekor2-0',
    logName: 'log.example',
    event: 'signature',
    index: '1',
    seenAt: '2026-11-23T12:00:00.000Z',
    trust: 'trusted',
    issuer: 'https://token.actions.githubusercontent.com',
    digest: 'ab'.repeat(32),
    digestAlgorithm: 'SHA2_256',
    certificate: null,
    claims: {
      sourceRepositoryIdentifier: '12',
      buildConfigUri: 'https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1',
    },
    source: 'github.com/acme/app',
    firstForIdentity: true,
    firstForIssuer: true,
    firstForSource: true,
    ...change,
  });
const never = (): never => {
  throw new Error('no rule is offered');
};
const judged = (rule: Parameters<typeof evaluate>[1], change: object = {}) =>
  evaluate(facts(change), rule).verdict;

it('offers the file and the workflow, as rules that expect just that', () => {
  const offered = offeredScopes('unexpected', facts());
  expect(offered.map(({ scope }) => scope)).toEqual(['file', 'from-now-on']);
  const [file, workflow] = offered.map(({ rule }) => [{ id: 'x', rule, expiresAt: Infinity }]);
  expect(judged(file)).toBe('expected');
  expect(judged(file, { digest: 'cd'.repeat(32) })).toBe(judged([], { digest: 'cd'.repeat(32) }));
  expect(judged(workflow, { digest: 'cd'.repeat(32) })).toBe('expected');
  expect(judged(workflow, { claims: { sourceRepositoryIdentifier: '13' } })).not.toBe('expected');
});

it('offers the release: what was built from this commit of this tag, and nothing beside it', () => {
  const claims = {
    sourceRepositoryIdentifier: '12',
    sourceRepositoryRef: 'refs/tags/v1.4',
    sourceRepositoryDigest: 'c'.repeat(40),
    buildConfigUri: 'https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1.4',
  };
  const offered = offeredScopes('unexpected', facts({ claims }));
  expect(offered.map(({ scope }) => scope)).toEqual(['release', 'file', 'from-now-on']);
  const rule = [{ id: 'x', rule: offered[0]?.rule ?? never(), expiresAt: Infinity }];
  expect(judged(rule, { claims, digest: 'cd'.repeat(32) })).toBe('expected');
  for (const change of [
    { sourceRepositoryDigest: 'd'.repeat(40) },
    { sourceRepositoryRef: 'refs/tags/v1.5' },
    { sourceRepositoryIdentifier: '13' },
  ]) {
    const other = { claims: { ...claims, ...change } };
    expect(judged(rule, other), JSON.stringify(change)).toBe(judged([], other));
  }
  const branch = facts({ claims: { ...claims, sourceRepositoryRef: 'refs/heads/main' } });
  expect(offeredScopes('unexpected', branch).map(({ scope }) => scope)).not.toContain('release');
});

it('offers nothing that a contradiction, a forgery or a look-alike could hide behind', () => {
  expect(offeredScopes('contradiction', facts())).toEqual([]);
  expect(offeredScopes('unexpected', facts({ trust: 'untrusted' }))).toEqual([]);
  expect(offeredScopes('unexpected', facts({ lookAlike: 'github.com/acrne/app' }))).toEqual([]);
  const rules = offeredScopes('unexpected', facts()).map(({ rule }) => ({
    id: 'x',
    rule,
    expiresAt: Infinity,
  }));
  expect(judged(rules, { trust: 'untrusted' })).toBe('contradiction');
});

it('leads to the rule filled in, with an end', () => {
  const [file] = offeredScopes('unexpected', facts());
  const path = file && new URL(scopePath('watch=w', file), 'https://watch.example');
  expect(path?.searchParams.get('digest')).toBe('ab'.repeat(32));
  expect(path?.searchParams.get('days')).toBe('30');
});
