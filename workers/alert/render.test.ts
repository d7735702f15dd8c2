import { expect, it } from 'vitest';
import { factsSchema, type Facts } from '#lib/rules/facts.ts';
import { renderSummary } from './render-summary.ts';
import { factRows } from './fact-rows.ts';
import { watchFooter, type Footer } from './footer.ts';
import { renderAlert, sentenceOfEvent } from './render.ts';
import { alertSubject } from './subject.ts';
import { whatHappened } from './what-happened.ts';

const signed = factsSchema.parse({
  identity: 'package:pkg:npm/acme@1.0.0',
  identityKind: 'package',
  signer: 'jane@example.com',
  logId: 'rekor-00000000',
  logName: 'log.example',
  event: 'signature',
  index: '7',
  seenAt: '2026-11-23T12:00:00.000Z',
  trust: 'trusted',
  issuer: 'https://accounts.example.com',
  digest: 'ab',
  digestAlgorithm: 'SHA2_256',
  certificate: null,
  claims: {},
  source: null,
  firstForIdentity: true,
  firstForIssuer: true,
  firstForSource: true,
});
const subjectOf = (facts: Facts) =>
  alertSubject({
    verdict: 'unexpected',
    reasons: [],
    facts,
    event: { count: 1, first: facts.seenAt, last: facts.seenAt },
  });
const rowsOf = (facts: Facts) =>
  Object.fromEntries(factRows(facts).map(({ label, value }) => [label, value]));

it('names who signed a statement beside what it is about', () => {
  expect(whatHappened(signed)).toContain(
    'a statement about package:pkg:npm/acme@1.0.0 was signed by somebody who logged in as jane@example.com.',
  );
  expect(rowsOf(signed)).toMatchObject({
    Package: 'package:pkg:npm/acme@1.0.0',
    'Signed as': 'jane@example.com',
  });
});

it.each([
  ['signature', 'trusted', '(3 signatures)'],
  ['issuance', 'trusted', '(3 certificates)'],
  ['issuance', 'unparsable', '(3 entries)'],
] as const)('counts what there are several of: %s, %s', (event, trust, counted) => {
  const [facts, many] = [
    { ...signed, event, trust },
    { count: 3, first: signed.seenAt, last: signed.seenAt },
  ];
  expect(alertSubject({ verdict: 'notable', reasons: [], facts, event: many })).toContain(counted);
  expect(sentenceOfEvent({ facts, event: many })).toContain(counted.slice(1, -1));
});

it('says of a build what was run, not that somebody logged in', () => {
  const home = 'https://github.com/Acme/App';
  const build: Facts = {
    ...signed,
    identity: 'github.com/acme/app',
    identityKind: 'repository',
    signer: null,
    source: 'github.com/acme/app',
    exact: { 'github.com/acme/app': 'github.com/Acme/App' },
    claims: {
      sourceRepositoryUri: home,
      buildConfigUri: `${home}/.github/workflows/release.yml@refs/tags/v1`,
      buildTrigger: 'push',
    },
  };
  const who = 'a run of workflow release.yml in repository github.com/Acme/App';
  expect(whatHappened(build)).toContain(`, ${who} signed a file (ab…). It is`);
  expect(whatHappened({ ...build, event: 'issuance' })).toContain(`, ${who} was given a signing certificate`);
  expect(whatHappened({ ...signed, source: build.source, claims: build.claims })).toContain(
    'was signed by a run of workflow release.yml in repository github.com/acme/app.',
  );
  const elsewhere = { buildConfigUri: 'https://ci.example.com/x.yml', buildTrigger: 'push' };
  expect(whatHappened({ ...build, source: null, claims: elsewhere })).toContain(
    'a run of workflow https://ci.example.com/x.yml, known as github.com/Acme/App, signed',
  );
});

it('names nobody as the signer of a watched file where the entry names nobody', () => {
  const facts: Facts = { ...signed, identity: 'sha256:ab', identityKind: 'digest', signer: null };
  expect(subjectOf(facts)).toBe('Unexpected signature with sha256:ab');
  expect(whatHappened(facts)).toContain('has the file sha256:ab, and names nobody as its signer.');
  expect(rowsOf(facts)).not.toHaveProperty('Signed as');
});

it('names all who signed a watched file together, a few of them where they are many', () => {
  const facts: Facts = { ...signed, identity: 'sha256:ab', identityKind: 'digest', signer: null };
  const two = { ...facts, signers: ['a@example.com', 'b@example.com'], signersInAll: 2 };
  expect(whatHappened(two)).toContain('names a@example.com and b@example.com as its signers.');
  expect(rowsOf({ ...two, signersInAll: 9 })).toMatchObject({
    'Signed by': 'a@example.com, b@example.com and 7 more',
  });
  const named = whatHappened({ ...signed, signer: null, signers: two.signers, signersInAll: 2 });
  expect(named).toContain('was signed by a@example.com and b@example.com.');
});

it('of a watched package names the package, not the key that signed', () => {
  const key: Facts = { ...signed, signer: 'ef'.repeat(32), trust: 'none' };
  expect(subjectOf(key)).toBe('Unexpected statement about package:pkg:npm/acme@1.0.0');
  const forged = subjectOf({ ...key, trust: 'untrusted' });
  expect(forged).toBe('Attempt to sign a statement about package:pkg:npm/acme@1.0.0');
});

it('says of an entry that does not read no more than that a name stands in it', () => {
  const facts: Facts = { ...signed, identity: 'a@example.com', identityKind: 'email', trust: 'unparsable' };
  const cut: Facts = { ...facts, signer: null, event: 'issuance', certificate: null };
  expect(subjectOf(cut)).toBe('Unreadable entry with a@example.com');
  expect(whatHappened(cut)).toContain('does not read as any known form, and has a@example.com in its bytes.');
});

it('names the reasons of an hour with their counts', async () => {
  const { subject, text } = await renderSummary({
    identity: 'jane@example.com',
    from: '2026-11-23T12:00:00.000Z',
    until: '2026-11-23T13:00:00.000Z',
    counts: [
      { verdict: 'notable', count: 1, first: '2026-11-23T12:01:00.000Z', last: '2026-11-23T12:01:00.000Z' },
    ],
    reasons: [
      { rule: 'repository-id-changed', count: 2 },
      { rule: 'intent-unused', count: 1 },
    ],
    stopToken: 's',
    settings: undefined,
    webUrl: 'https://watch.example',
  });
  expect(text).toContain('Why: another repository of the same name: 2; announced and not signed: 1.');
  expect(subject).toBe('1 event as jane@example.com in one hour');
});

it('tells of a promise that nothing came of: what, by whom, until when; it has no entry and nobody signed it', async () => {
  const facts = factsSchema.parse({
    ...signed,
    identity: 'github.com/acme/app',
    identityKind: 'repository',
    signer: null,
    logId: 'intents',
    logName: 'announcements',
    event: 'announcement',
    trust: 'none',
    issuer: null,
    digest: null,
    source: 'github.com/acme/app',
    exact: { 'github.com/acme/app': 'github.com/Acme/App' },
    claims: { sourceRepositoryRef: 'refs/tags/v1' },
    intent: {
      state: 'unused',
      number: '7',
      used: 1,
      wanted: 3,
      by: 'jane@example.com',
      since: '2026-11-23T10:00:00.000Z',
      until: '2026-11-23T12:00:00.000Z',
    },
  });
  const { subject, text } = await renderAlert({
    alertId: '11111111-1111-4111-8111-111111111111',
    token: 't',
    footer: {
      oneClick: 'https://watch.example/stop',
      text: 'f',
      stop: { label: 'Stop', url: 'https://watch.example/stop' },
    },
    verdict: 'notable',
    reasons: [{ rule: 'intent-unused', words: 'You announced 3 signatures.' }],
    facts,
    event: { count: 1, first: facts.seenAt, last: facts.seenAt },
    webUrl: 'https://watch.example',
  });
  expect(subject).toBe('Announced and not signed: github.com/Acme/App');
  expect(text).toContain(
    'On 23 November 2026, 10:00:00 UTC, jane@example.com announced 3 signatures as github.com/Acme/App, to be made by 23 November 2026, 12:00:00 UTC. 1 of 3 came in time.',
  );
  for (const row of ['Announced by: jane@example.com', 'Ref: refs/tags/v1', 'It is settled:'])
    expect(text).toContain(row);
  for (const wrong of [
    'Entry',
    'Log:',
    'Login provider',
    'This was me',
    'This wasn’t me',
    'Signed as',
    'further message',
  ])
    expect(text).not.toContain(wrong);
});

it('ends with why it comes, how to stop and to set it, and whom to ask, in both parts', async () => {
  const web = 'https://watch.example';
  const mailOf = (footer: Footer) =>
    renderAlert({
      alertId: '11111111-1111-4111-8111-111111111111',
      token: 't',
      footer,
      verdict: 'unexpected',
      reasons: [],
      facts: signed,
      event: { count: 1, first: signed.seenAt, last: signed.seenAt },
      webUrl: web,
    });
  const watch = { value: 'jane@example.com', stopToken: 's', settings: '/watch/settings?watch=w' };
  const { text, html } = await mailOf(watchFooter(web, [watch]));
  expect(text.split('\n\n').at(-1)).toBe(
    [
      'You get this mail since jane@example.com is watched with this address.',
      'Stop watching:',
      `${web}/watch/stop?token=s`,
      'Manage this watch:',
      `${web}/watch/settings?watch=w`,
      'Who we are, and whom to ask:',
      `${web}/about#ask`,
      '',
    ].join('\n'),
  );
  for (const path of ['/watch/stop?token=s', '/watch/settings?watch=w', '/about#ask'])
    expect(html).toContain(`href="${web}${path}"`);
  const several = await mailOf(watchFooter(web, [watch, { ...watch, value: 'acme', settings: undefined }]));
  expect(several.text).toContain('Stop watching all 2, or one of them:');
  expect(several.text).toContain(
    '“Unsubscribe” in a mail program stops the watch of jane@example.com alone.',
  );
  expect(several.headers['List-Unsubscribe']).toBe(`<${web}/watch/stop?token=s>`);
  expect(several.text).toContain('Manage the watch of jane@example.com:');
  const none = await mailOf(watchFooter(web, [{ ...watch, settings: undefined }]));
  expect(none.text).not.toContain('Manage');
});
