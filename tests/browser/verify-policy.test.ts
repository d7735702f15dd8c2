/** A policy on /verify, without JavaScript: the report of the engine, and nothing lost where it cannot be used. */
import { createHash } from 'node:crypto';
import type { Page } from 'playwright';
import { afterAll, describe, expect, it } from 'vitest';
import { answered, launchBrowser } from '#tests/harness/browser.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { signedBundle } from '#tests/harness/signed-bundle.ts';
import { SigningServicesInMemory } from '#tests/harness/signing-services.ts';
import { expectPageAccessible } from './accessible.ts';
import { startWeb } from './web.ts';

const who = { identity: 'ada@example.com', issuer: 'https://login.example.com' };
const services = new SigningServicesInMemory({ rekorVersion: 2, ...who });
const content = Buffer.from('release 1');
const digest = createHash('sha256').update(content).digest('hex');

const bundles = {
  'one.sigstore.json': await signedBundle(services, content),
  'a-name-too-long-for-the-margin-of-any-page.tar.gz.sigstore.json': await signedBundle(services, content),
  '\u202ebroken.json': '{}',
};
const { sql, url } = await freshDatabase();
const web = await startWeb(url, { CA_URL: 'http://localhost:9' });
const browser = await launchBrowser();
afterAll(() => browser.close());
await sql`
  INSERT INTO monitor_trusted_root (json, read_at)
  VALUES (${JSON.stringify(services.trustedRoot)}, '2026-11-20T10:00:00Z')`;

const yaml = (require: string) => `sigwatchPolicy: 1
people:
  ada: [{ identity: ${who.identity}, issuer: ${who.issuer} }]
  bob: [{ identity: bob@example.com, issuer: ${who.issuer} }]
groups:
  devs: [ada, bob]
require: ${require}
`;
const one = yaml('{ atLeast: 1, of: devs }');
const both = yaml('{ all: [{ atLeast: 1, of: ada }, { atLeast: 2, of: devs }] }');

interface Given {
  readonly file?: string;
  readonly text?: string;
  readonly byDigest?: boolean;
}

async function check({ file, text, byDigest = false }: Given, options = {}): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: web.url, ...options });
  // Where axe needs a browser that runs scripts, ours stays away.
  await context.route('**/script/*', (route) => route.abort());
  const page = await context.newPage();
  await page.goto('/verify');
  const upload = (name: string, body: string | Buffer) => ({
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(body),
  });
  if (file !== undefined) await page.getByLabel('The policy file').setInputFiles(upload('policy.yaml', file));
  if (text !== undefined) await page.getByLabel('Or the text of the policy').fill(text);
  if (byDigest) await page.getByLabel('Or the digest of that file').fill(digest);
  else await page.getByLabel('The signed file').setInputFiles(upload('app.tgz', content));
  await page
    .getByLabel('All its bundles')
    .setInputFiles(Object.entries(bundles).map(([name, body]) => upload(name, body)));
  await answered(page, () => page.getByRole('button', { name: 'Check the policy' }).click());
  return page;
}

const heading = (page: Page) => page.getByRole('heading', { level: 1 }).innerText();
const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true }).innerText();

describe('/verify by a policy', () => {
  it.each<[string, Given]>([
    ['a file of it and the bytes', { file: one }],
    ['its text and the digest', { text: one, byDigest: true }],
    [
      'JSON',
      {
        text: JSON.stringify({
          sigwatchPolicy: 1,
          people: { ada: [who] },
          require: { atLeast: 1, of: 'ada' },
        }),
      },
    ],
  ])('is satisfied by %s, and says who signed and who does not count', async (_, given) => {
    const page = await check(given);
    expect(await heading(page)).toBe('Enough of the right people signed');
    expect(await page.locator('.notice.good').innerText()).toContain('Satisfied');
    expect(await region(page, 'Who is needed')).toMatch(/Met\s+1 of 1 from (devs|ada)\s+Signed: ada/);
    expect(await region(page, 'Who is needed')).not.toContain('Missing');
    const each = await region(page, 'Each bundle');
    expect(each).toMatch(
      /one\.sigstore\.json\s+Counts\s+for ada\s+Signed by ada@example\.com via https:\/\/login/,
    );
    expect(each).toMatch(
      /any-page\.tar\.gz\.sigstore\.json\s+Does not count\s+ada is counted already\. counted-already/,
    );
    expect(each).toMatch(/\\u\{202e\}broken\.json\s+Does not count[\s\S]*bundle-/);
    expect(await region(page, 'What was checked')).toContain(`sha256:${digest}`);
    expect(page.url()).toBe(`${web.url}/verify`);
  });

  it('is not satisfied by one person twice, and says who is missing, rule by rule', async () => {
    const page = await check({ file: both });
    expect(await heading(page)).toBe('Not enough of the right people signed');
    expect(await page.locator('.notice.bad').innerText()).toMatch(/Not satisfied\s+1 of 2 from devs\./);
    expect(await region(page, 'Who is needed')).toMatch(
      /The policy\s+Not met\s+All of 1, 2\s+Rule 1\s+Met\s+1 of 1 from ada\s+Signed: ada\s+Rule 2\s+Not met\s+1 of 2 from devs\s+Signed: ada\s+Missing: bob/,
    );
  });

  it('is blocked where the policy denies the file, whoever signed', async () => {
    const page = await check({ text: `${one}artifact: { deny: ['sha256:${digest}'] }\n` });
    expect(await heading(page)).toBe('The policy blocks this file');
    expect(await page.locator('.notice.bad').innerText()).toContain('the artifact is on the deny list');
  });

  it.each([
    ['out of reach', yaml('{ atLeast: 3, of: devs }'), '3 of devs, who are only 2 (threshold-out-of-reach)'],
    ['about somebody unknown', yaml('{ atLeast: 1, of: eve }'), 'eve is nobody, and no group (unknown-name)'],
    ['that is a sentence', 'all of us\n', 'the whole: '],
  ])('refuses a policy %s in a sentence, and keeps what was typed', async (_, text, reason) => {
    const page = await check({ text, byDigest: true });
    expect(await heading(page)).toBe('Nothing was verified');
    expect(await page.getByRole('alert').innerText()).toContain(`That policy cannot be used: ${reason}`);
    expect(await page.getByLabel('Or the text of the policy').inputValue()).toBe(text);
    expect(await page.getByLabel('Or the digest of that file').inputValue()).toBe(digest);
    expect(await page.getByLabel('Or its digest').inputValue()).toBe('');
  });

  it('asks for one policy, and for bundles', async () => {
    const two = await check({ file: one, text: one });
    expect(await two.getByRole('alert').innerText()).toBe(
      'Give the policy as a file or as text, one of the two.',
    );
    const form = new FormData();
    for (const [name, text] of Object.entries({ policy: one, digest })) form.set(name, text);
    const post = async () => (await fetch(`${web.url}/verify`, { method: 'POST', body: form })).text();
    expect(await post()).toContain('Give the bundles');
    for (let at = 0; at < 65; at++) form.append('bundles', new File(['{}'], `${at}.json`));
    expect(await post()).toContain('Those are 65 bundles; 64 are the most at once.');
  });

  it('is accessible', async () => {
    for (const text of [one, both, 'x']) {
      const page = await check({ text }, { javaScriptEnabled: true });
      await expectPageAccessible(page, text);
      await page.context().close();
    }
  });
});
