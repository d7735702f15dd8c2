/** `sigwatch policy check --log`: nobody hands in a bundle; a whole instance and its logs are all there is. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '#tests/harness/eventually.ts';
import { Instance } from '#tests/harness/instance.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-policy-'));
const place = (name: string) => join(folder, name);
let instance: Instance;

beforeAll(async () => {
  instance = await Instance.create();
  await instance.start();
  writeFileSync(place('release'), 'release');
  for (const [name, version] of [
    ['ann', '2'],
    ['ann', '2'],
    ['cyd', '1'],
    ['eve', '2'],
  ] as const)
    await sign(name, version);
  const digest = createHash('sha256').update('release').digest('hex');
  await eventually(async () => {
    const answer = await fetch(`${instance.web}/api/v1/signings?digest=${digest}`);
    expect(await answer.json()).toMatchObject({ total: 4 });
  }, 60_000);
}, 300_000);
afterAll(async () => {
  await instance?.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function sign(name: string, rekorVersion: '1' | '2'): Promise<void> {
  const token = (await instance.run('token', '--email', `${name}@example.com`)).trim();
  const as = ['--yes', '--identity-token', token, '--rekor-version', rekorVersion];
  await instance.run('sign', place('release'), ...as, '--bundle', place('unused.json'));
}

function policyFor(more: object): string {
  const issuer = `${instance.ca}/oidc`;
  const people = Object.fromEntries(
    ['ann', 'bob', 'cyd'].map((name) => [name, [{ identity: `${name}@example.com`, issuer }]]),
  );
  const groups = { devs: Object.keys(people) };
  const policy = { sigwatchPolicy: 1, people, groups, require: { atLeast: 2, of: 'devs' }, ...more };
  writeFileSync(place('policy.json'), JSON.stringify(policy));
  return place('policy.json');
}

const check = (more: object, ...args: string[]) =>
  instance.attempt(['policy', 'check', place('release'), '--policy', policyFor(more), '--log', ...args]);

interface Report {
  readonly signatures: readonly { outcome: string; code?: string; person?: string; reason?: string }[];
}

it('counts what has a time that somebody signed for, and refuses the rest with the reason', async () => {
  const { code, out } = await check({}, '--json');
  expect(code).toBe(1);
  const report = JSON.parse(out) as Report;
  expect(report).toMatchObject({
    verdict: 'unsatisfied',
    rule: { signed: ['cyd'], missing: ['ann', 'bob'] },
  });
  const timeless = report.signatures.filter((one) => one.code === 'timestamp-missing');
  expect(timeless).toHaveLength(3);
  expect(timeless[0]?.reason).toContain(`does not name ${instance.web} among its observers`);
});

it('believes an observer whom the policy names, counts people, and says how far it searched', async () => {
  const { code, out } = await check({ observers: [`${instance.web}/`] }, '--json');
  expect(JSON.parse(out)).toMatchObject({ verdict: 'satisfied', rule: { signed: ['ann', 'cyd'] } });
  expect(code).toBe(0);
  const codes = (JSON.parse(out) as Report).signatures.map((one) => one.code ?? one.person).sort();
  expect(codes).toEqual(['ann', 'counted-already', 'cyd', 'not-a-member']);
  const text = await check({ observers: [instance.web] });
  expect(text.out).toMatch(/^✓ .*: cyd$/m);
  expect(text.out).toMatch(/^Searched \d+ entr(y|ies) of /m);
});

it('another observer is not believed, and a wish for signed times is kept', async () => {
  expect((await check({ observers: ['https://other.example'] })).code).toBe(1);
  const wants = { observers: [instance.web], accept: { timestamps: { atLeast: 1 } } };
  expect((await check(wants)).code).toBe(1);
});

it('by digest too; for another file nobody signed; without a log to read nothing counts', async () => {
  const policy = policyFor({ observers: [instance.web] });
  const of = (artifact: string, ...more: string[]) =>
    instance.attempt(['policy', 'check', artifact, '--policy', policy, ...more]);
  const digest = createHash('sha256').update('release').digest('hex');
  expect((await of(`sha256:${digest}`, '--log')).code).toBe(0);
  expect((await of(`sha256:${'0'.repeat(64)}`, '--log')).code).toBe(1);
  expect((await of(`sha512:${'0'.repeat(128)}`, '--log')).code).toBe(2);
  expect((await of(place('release'))).code).toBe(2);
  expect((await of(place('release'), '--log', '--instance', 'http://localhost:9')).code).toBe(3);
  // Another trusted root knows none of these logs.
  const root = (await (await fetch(`${instance.ca}/trusted_root.json`)).json()) as object;
  writeFileSync(place('root.json'), JSON.stringify({ ...root, tlogs: [] }));
  const stranger = await of(place('release'), '--log', '--json', '--trusted-root', place('root.json'));
  expect(stranger.code).toBe(1);
  expect((JSON.parse(stranger.out) as Report).signatures.map((one) => one.code)).toEqual(
    Array.from({ length: 4 }, () => 'log-untrusted'),
  );
});
