import { expect, it } from 'vitest';
import { learnBaseline, proposalSentence, refPattern } from './baseline.ts';
import { dryRun } from './dry-run.ts';
import { factsSchema, signedAt } from './facts.ts';
import type { PastSigning } from './history.ts';
import { skeleton } from './look-alike.ts';
import { ownerRuleSchema } from './owner-rule.ts';

const issuer = 'https://token.actions.githubusercontent.com';

it.each([
  [{ issuer, source: 'github.com/acme/app' }, true],
  [{ issuer, source: 'github.com/acme/*' }, true],
  [{ issuer, source: null }, true],
  [{ source: 'github.com/acme/app' }, false],
  [{ issuer }, false],
  [{ issuer: '*', source: 'github.com/acme/app' }, false],
  [{ issuer, source: '*' }, false],
  [{ issuer, source: '**' }, false],
  [{ issuer, source: 'github.com/*' }, false],
  [{ issuer, source: 'github.com/*/app' }, false],
  [{ issuer, source: '*/acme/app' }, false],
  [{ issuer, source: 'github.com/acme/**' }, false],
  [{ issuer, source: 'github.com/acme/app', ref: '**' }, false],
  [{ issuer, source: 'github.com/acme/app', ref: 'a*b*c*d*e*f*g*' }, false],
  [{ issuer, source: 'github.com/acme/app', other: 1 }, false],
])('takes %j: %s', (rule, taken) => {
  expect(ownerRuleSchema.safeParse(rule).success).toBe(taken);
});

const at = Date.parse('2026-11-01T00:00:00Z');
const signing = (tag: string, trigger = 'push'): PastSigning => ({
  at,
  issuer,
  source: 'github.com/acme/app',
  claims: {
    sourceRepositoryRef: `refs/tags/${tag}`,
    buildConfigUri: `https://github.com/acme/app/.github/workflows/release.yml@refs/tags/${tag}`,
    buildTrigger: trigger,
    runnerEnvironment: 'github-hosted',
  },
});

it('learns rules as sentences, from what happened often enough', () => {
  const past = [...Array.from({ length: 38 }, (_, n) => signing(`v1.${n}`)), signing('once')];
  const { proposals, left } = learnBaseline(past);
  expect(proposals.map(proposalSentence)).toEqual([
    `github.com/acme/app, release.yml, refs/tags/v*, push, github-hosted, vouched for by ${issuer}: 38 signatures`,
  ]);
  expect(left).toBe(1);
  const [cautioned] = learnBaseline(past.map(() => signing('v1', 'pull_request_target'))).proposals;
  expect(cautioned?.caution).toContain('stranger');
});

it('makes no rule out of names that would be patterns', () => {
  const past = Array.from({ length: 5 }, () => ({ ...signing('v1'), source: 'github.com/acme/*' }));
  expect(learnBaseline(past)).toEqual({ proposals: [], left: 5 });
});

it.each([
  ['refs/tags/v1.2.3', 'refs/tags/v*'],
  ['refs/tags/release-2', 'refs/tags/release-*'],
  ['refs/tags/2026.11', 'refs/tags/*'],
  ['refs/tags/nightly', 'refs/tags/nightly'],
  ['refs/heads/v1', 'refs/heads/v1'],
  ['refs/pull/7/merge', 'refs/pull/*/merge'],
])('%s is learned as %s', (ref, pattern) => {
  expect(refPattern(ref)).toBe(pattern);
});

it('says what a rule would have hidden', () => {
  const facts = factsSchema.parse({
    identity: 'github.com/acme/app',
    identityKind: 'repository',
    logId: 'l',
    logName: 'l',
    event: 'signature',
    index: '7',
    seenAt: '2026-11-23T12:00:00.000Z',
    trust: 'trusted',
    issuer,
    digest: null,
    digestAlgorithm: null,
    certificate: null,
    claims: {},
    source: 'github.com/acme/app',
    firstForIdentity: true,
    firstForIssuer: true,
    firstForSource: true,
  });
  const past = [
    { facts, verdict: 'unexpected' as const },
    { facts, verdict: 'expected' as const },
    { facts: { ...facts, source: 'github.com/evil/app' }, verdict: 'unexpected' as const },
    { facts: { ...facts, event: 'issuance' as const }, verdict: 'unexpected' as const },
    { facts: { ...facts, signedByOthers: true }, verdict: 'unexpected' as const },
  ];
  expect(dryRun({ issuer, source: 'github.com/acme/*' }, past)).toEqual({ looked: 5, hidden: 1, kept: 1 });
});

it.each([
  ['dev@examp1e.com', 'dev@example.com'],
  ['dev@exаmple.com', 'dev@example.com'],
  ['github.com/acme-c0rp/app', 'github.com/acmecorp/app'],
  ['clev@rnail.example', 'dev@mail.example'],
])('%s looks like %s', (forged, name) => {
  expect(skeleton(forged)).toBe(skeleton(name));
});

it('tells apart what readers tell apart', () => {
  expect(skeleton('dev@example.com')).not.toBe(skeleton('eve@example.com'));
});

it('goes by the date of a certificate, but not by the one that a forger chose', () => {
  const seenAt = '2026-11-23T12:00:00.000Z';
  const certificate = {
    notBefore: '2019-01-01T00:00:00.000Z',
    notAfter: '2019-01-01T00:10:00.000Z',
    serial: '01',
  };
  const at = (trust: 'trusted' | 'unknown' | 'untrusted' | 'unparsable') =>
    signedAt({ seenAt, certificate, trust });
  expect([at('trusted'), at('unknown')]).toEqual([certificate.notBefore, certificate.notBefore]);
  expect([at('untrusted'), at('unparsable')]).toEqual([seenAt, seenAt]);
});
