import { expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';
import { History, type PastSigning } from './history.ts';
import type { KeptRule, OwnerRule } from './owner-rule.ts';
import { factsSchema, type Facts } from './facts.ts';

const routine: Facts = factsSchema.parse({
  identity: 'dev@example.com',
  identityKind: 'email',
  logId: 'rekor2-00000000',
  logName: 'log.example',
  event: 'signature',
  index: '7',
  seenAt: '2026-11-23T12:00:00.000Z',
  trust: 'trusted',
  issuer: 'https://accounts.example.com',
  digest: 'ab',
  digestAlgorithm: 'SHA2_256',
  certificate: { notBefore: '2026-11-23T12:00:00.000Z', notAfter: '2026-11-23T12:10:00.000Z', serial: '01' },
  claims: {},
  source: null,
  firstForIdentity: false,
  firstForIssuer: false,
  firstForSource: false,
});

it.each<[string, Partial<Facts>, string, string[]]>([
  ['a routine signature', {}, 'notable', ['watched-identity']],
  [
    'the first signature',
    { firstForIdentity: true, firstForIssuer: true, firstForSource: true },
    'unexpected',
    ['first-signature'],
  ],
  ['another issuer', { firstForIssuer: true, firstForSource: true }, 'unexpected', ['first-issuer']],
  [
    'another repository',
    { source: 'github.com/evil/app', firstForSource: true },
    'unexpected',
    ['first-repository'],
  ],
  ['no repository at all', { firstForSource: true }, 'notable', ['watched-identity']],
  [
    'a forged certificate',
    { trust: 'untrusted', firstForIdentity: true },
    'contradiction',
    ['untrusted-certificate'],
  ],
  [
    'an entry that does not read',
    { trust: 'unparsable', firstForIdentity: true },
    'unexpected',
    ['unreadable-entry'],
  ],
  ['a bare key', { trust: 'none' }, 'notable', ['bare-key']],
  ['a certificate nobody used', { event: 'issuance' }, 'notable', ['certificate-not-used']],
  [
    'a forged certificate nobody used',
    { event: 'issuance', trust: 'untrusted' },
    'contradiction',
    ['untrusted-certificate', 'certificate-not-used'],
  ],
])('%s', (_, change, verdict, names) => {
  const evaluation = evaluate({ ...routine, ...change });
  expect(evaluation.verdict).toBe(verdict);
  expect(evaluation.reasons.map(({ rule }) => rule)).toEqual(names);
});

it('does not let a thief become usual: what follows a disowned signature is unexpected, whatever rule allows it', () => {
  const evaluation = evaluate({ ...routine, disowned: true });
  expect(evaluation).toMatchObject({ verdict: 'unexpected', reasons: [{ rule: 'disowned-before' }] });
});

const noon = Date.parse('2026-11-23T12:00:00.000Z');
const day = 86_400_000;
const issuer = 'https://token.actions.githubusercontent.com';
const app = 'https://github.com/acme/app';
const built = {
  sourceRepositoryUri: app,
  sourceRepositoryIdentifier: '1001',
  sourceRepositoryOwnerIdentifier: '77',
  sourceRepositoryRef: 'refs/tags/v1.9.0',
  buildConfigUri: `${app}/.github/workflows/release.yml@refs/tags/v1.9.0`,
  buildSignerUri: `${app}/.github/workflows/release.yml@refs/tags/v1.9.0`,
  buildTrigger: 'push',
  runnerEnvironment: 'github-hosted',
  runInvocationUri: `${app}/actions/runs/9`,
};
const release: PastSigning = { at: noon, issuer, source: 'github.com/acme/app', claims: built };
const releases = Array.from({ length: 30 }, (_, at) => ({
  ...release,
  at: noon - (at + 1) * day,
  claims: { ...built, runInvocationUri: `${app}/actions/runs/${100 + at}` },
}));

/** The routine release, with these claims instead, after this past. */
function factsOf(
  claims: object,
  past: readonly PastSigning[] = releases,
  change: Partial<Facts> = {},
): Facts {
  const said = { ...built, ...claims };
  const { source = release.source } = change;
  return {
    ...routine,
    issuer,
    source,
    claims: said,
    usual: new History(past).compare({ at: noon, issuer, source: source ?? '', claims: said }),
    ...change,
  };
}

const rule: OwnerRule = {
  issuer,
  source: 'github.com/acme/app',
  workflow: `${app}/.github/workflows/release.yml`,
  ref: 'refs/tags/v*',
  triggers: ['push'],
  runner: 'github-hosted',
};
const kept = (change: Partial<OwnerRule> = {}, expiresAt = Infinity): KeptRule[] => [
  { id: 'r', rule: { ...rule, ...change }, expiresAt },
];
const person = { source: null };
const noClaims = Object.fromEntries(Object.keys(built).map((name) => [name, undefined]));
const minutesAgo = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ ...release, at: noon - (at + 1) * 5_000 }));

/** Each of these names the one rule without which the verdict would be another. */
const departures: [string, Facts, string, string][] = [
  [
    'another workflow',
    factsOf({ buildConfigUri: `${app}/.github/workflows/x.yml@refs/tags/v1.9.0` }),
    'unexpected',
    'new-workflow',
  ],
  [
    'another build signer',
    factsOf({ buildSignerUri: 'https://github.com/evil/x/.github/workflows/y.yml@refs/heads/main' }),
    'unexpected',
    'new-build-signer',
  ],
  [
    'a branch instead of a tag',
    factsOf({ sourceRepositoryRef: 'refs/heads/main' }),
    'unexpected',
    'new-kind-of-ref',
  ],
  ['pull_request_target', factsOf({ buildTrigger: 'pull_request_target' }), 'unexpected', 'new-trigger'],
  ['a machine of their own', factsOf({ runnerEnvironment: 'self-hosted' }), 'notable', 'runner-changed'],
  [
    'the name with another repository number',
    factsOf({ sourceRepositoryIdentifier: '2002' }),
    'unexpected',
    'repository-id-changed',
  ],
  [
    'the name with another owner number',
    factsOf({ sourceRepositoryOwnerIdentifier: '78' }),
    'unexpected',
    'repository-id-changed',
  ],
  ['a burst', factsOf({}, [...releases, ...minutesAgo(5)]), 'unexpected', 'burst'],
  [
    'a name asleep for 91 days',
    factsOf(
      {},
      releases.map((past) => ({ ...past, at: past.at - 91 * day })),
    ),
    'notable',
    'dormant',
  ],
  [
    'a person where a build always signed',
    factsOf(noClaims, releases, person),
    'unexpected',
    'person-for-machine',
  ],
  [
    'a build where a person always signed',
    factsOf(
      {},
      releases.map((past) => ({ ...past, source: '', claims: {} })),
    ),
    'unexpected',
    'machine-for-person',
  ],
  ['a look-alike', { ...routine, lookAlike: 'dev@examp1e.com' }, 'notable', 'look-alike'],
  [
    'a signature over a watched file',
    { ...routine, identity: 'sha256:ab', identityKind: 'digest', signer: 'dev@example.com' },
    'unexpected',
    'watched-thing',
  ],
  [
    'an entry of a watched file that names nobody, which is nobody’s first',
    { ...routine, identity: 'sha256:ab', identityKind: 'digest', firstForIdentity: true },
    'unexpected',
    'watched-thing',
  ],
  [
    'what somebody else had signed',
    factsOf({}, releases, { signedByOthers: true }),
    'notable',
    'signed-by-others',
  ],
];

it.each(departures)('tells of %s', (_, facts, verdict, name) => {
  const evaluation = evaluate(facts);
  expect(evaluation.verdict).toBe(verdict);
  expect(evaluation.reasons.map((reason) => reason.rule)).toEqual([name]);
});

it.each<[string, object, number, string, string[]]>([
  ['the same again', {}, 1, 'notable', ['watched-identity']],
  [
    'evil.yml by pull_request_target on a machine of its own',
    {
      buildConfigUri: `${app}/.github/workflows/evil.yml@refs/tags/v1.9.0`,
      buildSignerUri: `${app}/.github/workflows/evil.yml@refs/tags/v1.9.0`,
      buildTrigger: 'pull_request_target',
      runnerEnvironment: 'self-hosted',
    },
    1,
    'unexpected',
    ['new-trigger', 'new-workflow', 'runner-changed'],
  ],
  [
    'other.yml of a branch by hand',
    {
      buildConfigUri: `${app}/.github/workflows/other.yml@refs/heads/x`,
      buildSignerUri: `${app}/.github/workflows/other.yml@refs/heads/x`,
      sourceRepositoryRef: 'refs/heads/x',
      buildTrigger: 'workflow_dispatch',
    },
    2,
    'notable',
    ['new-workflow', 'new-kind-of-ref', 'new-trigger'],
  ],
  ['a machine of their own', { runnerEnvironment: 'self-hosted' }, 1, 'notable', ['runner-changed']],
])('names what differs from the few there were: %s', (_, claims, earlier, verdict, names) => {
  const evaluation = evaluate(factsOf(claims, releases.slice(0, earlier)));
  expect(evaluation.verdict).toBe(verdict);
  expect(evaluation.reasons.map(({ rule }) => rule)).toEqual(names);
});

it('calls no early pull_request_target usual because there was one before', () => {
  const strange = { ...built, buildTrigger: 'pull_request_target' };
  const past = releases.map((signing) => ({
    ...signing,
    claims: { ...signing.claims, buildTrigger: strange.buildTrigger },
  }));
  const ruleOf = (earlier: number) =>
    evaluate(factsOf(strange, past.slice(0, earlier))).reasons.map(({ rule }) => rule);
  expect(ruleOf(1)).toEqual(['new-trigger']);
  expect(ruleOf(30)).toEqual(['watched-identity']);
});

it('is silent of none of them for a rule that names every part', () => {
  // That a build signs, and which, is the very thing the rule says.
  const said = departures.filter(([, , , name]) => name !== 'machine-for-person');
  for (const [what, facts] of said) expect.soft(evaluate(facts, kept()).verdict, what).not.toBe('expected');
});

it('expects what the owner expects, and says by which rule', () => {
  const { verdict, ruleId, reasons } = evaluate(factsOf({}, []), kept());
  expect({ verdict, ruleId }).toEqual({ verdict: 'expected', ruleId: 'r' });
  expect(reasons[0]?.words).toContain('github.com/acme/app, release.yml, refs/tags/v*, push, github-hosted');
  expect(evaluate(factsOf({}, []), kept({}, 0)).verdict).toBe('notable');
});

it.each<[string, Facts, Partial<OwnerRule>, string]>([
  ['a ref outside the rule', factsOf({ sourceRepositoryRef: 'refs/tags/nightly' }), {}, 'unexpected-ref'],
  [
    'a ref that only contains the pattern',
    factsOf({ sourceRepositoryRef: 'refs/heads/refs/tags/v1' }),
    {},
    'unexpected-ref',
  ],
  ['another trigger than the rule', factsOf({ buildTrigger: 'schedule' }, []), {}, 'against-rules'],
  [
    'a signature on Monday noon',
    factsOf({}),
    { hours: { days: [2, 3], from: 8, until: 18 } },
    'outside-hours',
  ],
])('tells of %s', (_, facts, change, name) => {
  const { verdict, reasons } = evaluate(facts, kept(change));
  expect(verdict).not.toBe('expected');
  expect(reasons.map((reason) => reason.rule)).toContain(name);
});

it('hides nothing that the rule says nothing of', () => {
  const { triggers: _, ...silent } = rule;
  const facts = factsOf({ buildTrigger: 'pull_request_target' });
  const { verdict, reasons } = evaluate(facts, [{ id: 'r', rule: silent, expiresAt: Infinity }]);
  expect(verdict).toBe('unexpected');
  expect(reasons.map((reason) => reason.rule)).toEqual(['new-trigger']);
});

it('lets no rule hide contradictions, other numbers or bursts', () => {
  const never: [string, Facts][] = [
    ['untrusted-certificate', factsOf({}, [], { trust: 'untrusted' })],
    ['repository-id-changed', factsOf({ sourceRepositoryIdentifier: '2002' })],
    ['burst', factsOf({}, [...releases, ...minutesAgo(83)])],
    ['certificate-not-used', factsOf({}, [], { event: 'issuance' })],
  ];
  for (const [name, facts] of never) expect.soft(evaluate(facts, kept()).reasons[0]?.rule).toBe(name);
});

it('does not call usual what is only the beginning of the same burst', () => {
  const burst = factsOf({}, minutesAgo(10));
  expect(burst.usual).toMatchObject({ recent: 11, usualBurst: 0 });
  const busy = releases.flatMap((past) => Array.from({ length: 8 }, () => past));
  expect(evaluate(factsOf({}, [...busy, ...minutesAgo(20)])).verdict).toBe('notable');
  expect(evaluate(factsOf({}, [...busy, ...minutesAgo(32)])).verdict).toBe('unexpected');
});

it('takes the numbers a name had first for its own, until a rule of the owner says otherwise', () => {
  const claims = { sourceRepositoryIdentifier: '6666', sourceRepositoryOwnerIdentifier: '7777' };
  const [release] = releases;
  if (release === undefined) throw new Error('no past');
  const impostor = { ...release, at: noon - 3_600_000, claims: { ...release.claims, ...claims } };
  const rulesOf = (facts: Facts, kept: readonly KeptRule[] = []) =>
    evaluate(facts, kept).reasons.map((reason) => reason.rule);
  expect(rulesOf(factsOf({}, [...releases, impostor]))).not.toContain('repository-id-changed');
  expect(rulesOf(factsOf(claims, [...releases, impostor]))).toContain('repository-id-changed');
  const moved = kept({ repositoryId: '6666' });
  expect(rulesOf(factsOf(claims, releases), moved)).not.toContain('repository-id-changed');
  expect(rulesOf(factsOf({}, releases), moved)).toContain('repository-id-changed');
});

it('calls another repository than the proven one a contradiction, even if its name never signed before', () => {
  const proven = { repositoryId: '1001', ownerId: null };
  const impostor = factsOf({ sourceRepositoryIdentifier: '6666' }, [], { proven });
  const { verdict, reasons } = evaluate(impostor, kept({ repositoryId: '6666' }));
  expect(verdict).toBe('contradiction');
  expect(reasons[0]?.rule).toBe('repository-not-proven');
  expect(reasons[0]?.words).toContain('repository number 6666 instead of 1001');
  expect(reasons.map(({ rule }) => rule)).not.toContain('repository-id-changed');
});

it('takes the proven numbers for the owner’s, whoever signed in the name first', () => {
  const claims = { sourceRepositoryIdentifier: '6666', sourceRepositoryOwnerIdentifier: '7777' };
  const proven = { repositoryId: '6666', ownerId: '7777' };
  const { reasons } = evaluate(factsOf(claims, releases, { proven }));
  expect(reasons.map(({ rule }) => rule)).not.toContain('repository-id-changed');
  expect(reasons.map(({ rule }) => rule)).not.toContain('repository-not-proven');
});

it('says a number once, however many rules have it', () => {
  const two = ['a', 'b'].flatMap((id) => kept({ repositoryId: '1001' }).map((rule) => ({ ...rule, id })));
  const { reasons } = evaluate(factsOf({ sourceRepositoryIdentifier: '6666' }), two);
  expect(reasons.map(({ words }) => words).join(' ')).toContain('instead of 1001.');
});
