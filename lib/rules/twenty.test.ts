/**
 * The twenty rules of noise control, by their numbers: which built-in rule each is, how grave, and what brings it about.
 * high: told at once. medium: told with its hour once rules say what is usual. digest: told with its week.
 */
import { expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';
import { factsSchema, type Facts } from './facts.ts';
import { History, type PastSigning } from './history.ts';
import type { FulcioClaims } from '#lib/x509/fulcio-oids.ts';
import type { KeptRule } from './owner-rule.ts';
import { waitsForDigest } from './pace.ts';

const [noon, day] = [Date.parse('2026-11-23T12:00:00.000Z'), 86_400_000];
const issuer = 'https://token.actions.githubusercontent.com';
const app = 'https://github.com/acme/app';
const source = 'github.com/acme/app';
const release = (run: number) => ({
  sourceRepositoryUri: app,
  sourceRepositoryIdentifier: '1001',
  sourceRepositoryOwnerIdentifier: '77',
  sourceRepositoryRef: 'refs/tags/v1.9.0',
  buildConfigUri: `${app}/.github/workflows/release.yml@refs/tags/v1.9.0`,
  buildSignerUri: `${app}/.github/workflows/release.yml@refs/tags/v1.9.0`,
  buildTrigger: 'push',
  runnerEnvironment: 'github-hosted',
  runInvocationUri: `${app}/actions/runs/${run}`,
});
const signedAt = (at: number, run: number): PastSigning => ({
  at,
  issuer,
  source,
  claims: release(run),
  keyType: 'ecdsa-p256',
});
const releases = Array.from({ length: 30 }, (_, ago) => signedAt(noon - (ago + 1) * day, ago));
const times = (count: number, run: (nth: number) => number, apartMs: number) =>
  Array.from({ length: count }, (_, nth) => signedAt(noon - (nth + 1) * apartMs, run(nth)));

interface Signature {
  readonly facts?: Partial<Facts>;
  readonly claims?: object;
  readonly past?: readonly PastSigning[];
}

function factsOf({ facts = {}, claims: change = {}, past = releases }: Signature): Facts {
  const said = Object.entries({ ...release(999), ...change }).filter(([, value]) => value !== undefined);
  const claims = Object.fromEntries(said) as FulcioClaims & Record<string, string>;
  const from = facts.source === undefined ? source : facts.source;
  const keyType = facts.keyType ?? 'ecdsa-p256';
  const next = { at: noon, issuer, source: from ?? '', claims, keyType };
  return {
    ...factsSchema.parse({
      identity: source,
      identityKind: 'repository',
      logId: 'rekor2-00000000',
      logName: 'log.example',
      event: 'signature',
      index: '7',
      seenAt: '2026-11-23T12:00:00.000Z',
      trust: 'trusted',
      issuer,
      digest: 'ab',
      digestAlgorithm: 'SHA2_256',
      certificate: {
        notBefore: '2026-11-23T12:00:00.000Z',
        notAfter: '2026-11-23T12:10:00.000Z',
        serial: '01',
      },
      claims,
      source: from,
      keyType,
      firstForIdentity: false,
      firstForIssuer: false,
      firstForSource: false,
      usual: new History(past).compare(next),
    }),
    ...facts,
  };
}

const kept = (change: object): KeptRule[] => [
  { id: 'r', rule: { issuer, source, ...change }, expiresAt: Infinity },
];
const asleep = releases.map((past) => ({ ...past, at: past.at - 91 * day }));
const byPeople = releases.map((past) => ({ ...past, source: '', claims: {} }));
const nobody = Object.fromEntries(Object.keys(release(0)).map((name) => [name, undefined]));
const alike = (change: Partial<Facts>) => ({ facts: { lookAlike: 'github.com/acrne/app', ...change } });

const intended = { number: '7', used: 0, wanted: 1 };

type Level = 'high' | 'medium' | 'digest';
const twenty: [number, string, Level, string, Signature, KeptRule[]?][] = [
  [1, 'another login provider', 'high', 'first-issuer', { facts: { firstForIssuer: true } }],
  [2, 'another repository', 'high', 'first-repository', { facts: { firstForSource: true } }],
  [
    3,
    'another repository number',
    'high',
    'repository-id-changed',
    { claims: { sourceRepositoryIdentifier: '9' } },
  ],
  [
    3,
    'another owner number',
    'high',
    'repository-id-changed',
    { claims: { sourceRepositoryOwnerIdentifier: '9' } },
  ],
  [
    4,
    'a new workflow',
    'high',
    'new-workflow',
    { claims: { buildConfigUri: `${app}/.github/workflows/x.yml@refs/tags/v1` } },
  ],
  [
    4,
    'a new build signer',
    'high',
    'new-build-signer',
    { claims: { buildSignerUri: 'https://github.com/evil/x/y.yml@refs/heads/main' } },
  ],
  [
    5,
    'a ref outside the pattern',
    'high',
    'unexpected-ref',
    { claims: { sourceRepositoryRef: 'refs/tags/nightly' } },
    kept({ ref: 'refs/tags/v*' }),
  ],
  [
    5,
    'a branch where tags are built',
    'high',
    'new-kind-of-ref',
    { claims: { sourceRepositoryRef: 'refs/heads/main' } },
  ],
  [6, 'a new trigger', 'high', 'new-trigger', { claims: { buildTrigger: 'workflow_dispatch' } }],
  [7, 'another runner', 'medium', 'runner-changed', { claims: { runnerEnvironment: 'self-hosted' } }],
  [
    8,
    'many within ten minutes',
    'high',
    'burst',
    { past: [...releases, ...times(5, (nth) => 100 + nth, 60_000)] },
  ],
  [8, 'many in one run', 'high', 'burst', { past: [...releases, ...times(5, () => 999, 900_000)] }],
  [9, 'no intent', 'high', 'intent-missing', { facts: { intent: { state: 'missing' } } }],
  [
    10,
    'an intent without its signature',
    'medium',
    'intent-unused',
    { facts: { event: 'announcement', intent: { state: 'unused', ...intended } } },
  ],
  [
    11,
    'outside the hours',
    'medium',
    'outside-hours',
    {},
    kept({ hours: { days: [2], from: 8, until: 18 } }),
  ],
  [11, 'in a freeze', 'high', 'signed-while-frozen', { facts: { frozen: true } }],
  [12, 'another kind of key', 'medium', 'new-key-type', { facts: { keyType: 'ed25519' } }],
  [
    12,
    'a bare key',
    'medium',
    'bare-key',
    { facts: { trust: 'none', issuer: null, certificate: null, source: null }, claims: nobody },
  ],
  [13, 'a person for a machine', 'high', 'person-for-machine', { facts: { source: null }, claims: nobody }],
  [13, 'a machine for a person', 'high', 'machine-for-person', { past: byPeople }],
  [14, 'a name that slept', 'medium', 'dormant', { past: asleep }],
  [15, 'somebody who left', 'high', 'departed-member', { facts: { departed: true } }],
  [16, 'a file that others signed', 'medium', 'signed-by-others', { facts: { signedByOthers: true } }],
  [17, 'a look-alike', 'digest', 'look-alike', alike({})],
  [17, 'a name one slip away', 'digest', 'near-name', alike({ nearName: true })],
  [17, 'a look-alike that signs what is yours', 'high', 'look-alike', alike({ signsYours: true })],
  [
    17,
    'a near name that signs what is yours',
    'high',
    'near-name',
    alike({ nearName: true, signsYours: true }),
  ],
  // 18, name+tag@ for name@, is no verdict of its own: workers/match/watch-index.test.ts.
  [19, 'a certificate nobody used', 'medium', 'certificate-not-used', { facts: { event: 'issuance' } }],
  // 20, a log that is away, is told to operators and never as a signature: tests/flow/troubles.test.ts.
];

it.each(twenty)('%i: %s is %s, by %s', (_, _what, level, rule, signature, rules = []) => {
  const evaluation = evaluate(factsOf(signature), rules);
  expect(evaluation.reasons.map((reason) => reason.rule)).toEqual([rule]);
  expect(evaluation.verdict).toBe(level === 'high' ? 'unexpected' : 'notable');
  const pace = { notable: 'at-once', digest: true, quiet: undefined } as const;
  expect(waitsForDigest(evaluation, pace)).toBe(level === 'digest');
});

it('is silent of none of them for a rule that names every part, but of what the rule is about', () => {
  const everything = kept({
    workflow: `${app}/.github/workflows/release.yml`,
    ref: 'refs/tags/v1*',
    triggers: ['push'],
    runner: 'github-hosted',
  });
  // That a build of this provider and repository signs is the very thing the rule says.
  const said = new Set(['first-issuer', 'first-repository', 'machine-for-person']);
  for (const [, what, , rule, signature, rules] of twenty)
    if (!said.has(rule) && rules === undefined)
      expect.soft(evaluate(factsOf(signature), everything).verdict, what).not.toBe('expected');
  expect(evaluate(factsOf({}), everything).verdict).toBe('expected');
});
