/** Verifying through the page and the API: the same engine, the same answers, nothing but a whole yes is one. */
import { createHash } from 'node:crypto';
import type { Page } from 'playwright';
import { afterAll, describe, expect, it } from 'vitest';
import { ephemeralKey } from '#lib/cli/ephemeral-key.ts';
import { toPem } from '#lib/encoding/pem.ts';
import { answered, launchBrowser } from '#tests/harness/browser.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { signedBundle } from '#tests/harness/signed-bundle.ts';
import { SigningServicesInMemory } from '#tests/harness/signing-services.ts';
import { expectAccessible, expectPageAccessible } from './accessible.ts';
import { startWeb } from './web.ts';

const who = { identity: 'ada@example.com', issuer: 'https://login.example.com' };
const services = new SigningServicesInMemory({ rekorVersion: 2, ...who });
const file = Buffer.from('release 1');
const digest = createHash('sha256').update(file).digest('hex');

const [bundle, second] = [await signedBundle(services, file), await signedBundle(services, file)];
const { sql, url } = await freshDatabase();
const web = await startWeb(url, { CA_URL: 'http://localhost:9' });
const browser = await launchBrowser();
afterAll(() => browser.close());

const ask = (body: unknown, headers = {}) =>
  fetch(`${web.url}/api/v1/verify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const answer = async (body: unknown) => (await ask(body)).json() as Promise<Record<string, unknown>>;
/** A key is asked for instead of a person. */
const asKey = (spki: Uint8Array) => ({
  identity: undefined,
  issuer: undefined,
  key: toPem('PUBLIC KEY', spki),
});
const whole = { artifact: { bytes: file.toString('base64') }, bundle: JSON.parse(bundle) as object, ...who };

const twice = JSON.stringify(whole).replace('"mediaType":', '"mediaType":"x","mediaType":');

it('says nothing about a file while there is nobody to believe', async () => {
  const unready = await ask(whole);
  expect(unready.status).toBe(503);
  expect(unready.headers.get('content-type')).toBe('application/problem+json');
  await sql`
    INSERT INTO monitor_trusted_root (json, read_at)
    VALUES (${JSON.stringify(services.trustedRoot)}, '2026-11-20T10:00:00Z')`;
  expect((await ask(whole)).status).toBe(200);
});

describe('POST /api/v1/verify', () => {
  it('says who signed, when, and each step, by bytes or by digest', async () => {
    const yes = await answer(whole);
    expect(yes).toMatchObject({
      verdict: 'verified',
      signer: { identity: who.identity, issuer: who.issuer },
      artifact: `sha256:${digest}`,
      trustReadAt: '2026-11-20T10:00:00.000Z',
      entries: [{ log: 'https://log.test' }],
    });
    expect(yes.statement).toMatch(
      /^Signed by ada@example\.com via https:\/\/login.* at .*Z; file unchanged\.$/,
    );
    expect(
      (yes.steps as { step: string; outcome: string }[]).map(({ step, outcome }) => [step, outcome]),
    ).toEqual(['timestamps', 'certificate', 'log', 'signature', 'identity'].map((step) => [step, 'passed']));
    const byDigest = await answer({ ...whole, artifact: { digest }, bundle });
    expect(byDigest).toMatchObject({ verdict: 'verified' });
    expect(byDigest.statement).not.toContain('file unchanged');
  });

  it.each([
    ['another file', { artifact: { bytes: 'AAAA' } }, 'artifact-mismatch'],
    ['another digest', { artifact: { digest: '0'.repeat(64) } }, 'artifact-mismatch'],
    ['another person', { identity: 'eve@example.com' }, 'identity-mismatch'],
    ['a dot for any letter', { identity: 'ada.example.com' }, 'identity-mismatch'],
    ['another login', { issuer: 'https://other.example.com' }, 'issuer-mismatch'],
    ['another claim', { claims: { buildTrigger: 'push' } }, 'claim-mismatch'],
    ['a certificate for a key', asKey(ephemeralKey().spki), 'signer-kind-mismatch'],
    ['an attestation', { predicateTypes: ['https://slsa.dev/provenance/v1'] }, 'predicate-type-mismatch'],
    ['no bundle', { bundle: { mediaType: 'x' } }, 'bundle-unknown-version'],
    ['no JSON', { bundle: 'x' }, 'bundle-malformed'],
  ])('refuses %s with the step and the reason', async (_, change, code) => {
    const no = await answer({ ...whole, ...change });
    expect(no).toMatchObject({ verdict: 'refused' });
    const failed = no.steps as { code?: string }[];
    expect([...failed.map((step) => step.code), (no.failure as { code: string }).code]).toContain(code);
    expect(no.statement).toMatch(/^Refused at step “/);
  });

  it('takes claims as text or as a glob', async () => {
    for (const issuer of [who.issuer, { glob: 'https://login.*' }]) {
      expect(await answer({ ...whole, claims: { issuer } })).toMatchObject({ verdict: 'verified' });
    }
  });

  it('lets in whom a pattern fits and no one else', async () => {
    const expectVerdict = async (identity: object, verdict: string) =>
      expect(await answer({ ...whole, identity })).toMatchObject({ verdict });
    await expectVerdict({ emailDomain: 'example.com' }, 'verified');
    await expectVerdict({ emailDomain: 'ample.com' }, 'refused');
    await expectVerdict({ glob: 'a*@example.com' }, 'verified');
    await expectVerdict({ glob: 'b*@example.com' }, 'refused');
  });

  it.each<[string, unknown, string]>([
    ['what is no JSON', '{', 'not JSON'],
    ['for nobody', { ...whole, identity: undefined }, 'identity'],
    ['for nobody’s login', { ...whole, issuer: undefined }, 'issuer'],
    ['for an empty name', { ...whole, identity: '' }, 'identity'],
    ['about nothing', { ...whole, artifact: {} }, 'artifact'],
    ['about two things', { ...whole, artifact: { digest, bytes: '' } }, 'artifact'],
    ['about no base64', { ...whole, artifact: { bytes: '!' } }, 'artifact.bytes'],
    ['for a key and a person', { ...whole, key: 'x' }, 'identity'],
    ['for a key that is none', { ...whole, ...asKey(file) }, 'key'],
    ['for a claim there is not', { ...whole, claims: { colour: 'red' } }, 'colour'],
    ['about a bundle that says two things', twice, 'mediaType stands there twice'],
    ['for anyone', { ...whole, anyone: true }, 'anyone'],
    [
      'under a policy that asks nothing',
      { artifact: { digest }, policy: 'sigwatchPolicy: 1', bundles: [{ name: 'a', bundle }] },
      'policy',
    ],
    ['without bundles', { artifact: { digest }, policy: 'x', bundles: [] }, 'bundles'],
  ])('refuses to be asked %s', async (_, body, named) => {
    const refused = await ask(body);
    expect(refused.status).toBe(400);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(((await refused.json()) as { detail: string }).detail).toContain(named);
  });

  it('takes 12 MiB here and nowhere else, as JSON alone, and not from another site', async () => {
    const mebibytes = (count: number) => 'x'.repeat(count * 1024 * 1024);
    expect((await ask(mebibytes(11))).status).toBe(400);
    const tooMuch = await ask(mebibytes(13));
    expect(tooMuch.status).toBe(413);
    expect(tooMuch.headers.get('content-type')).toBe('application/problem+json');
    const elsewhere = await fetch(`${web.url}/api/v1/watches`, { method: 'POST', body: mebibytes(1) });
    expect(elsewhere.status).toBe(413);
    expect((await ask(whole, { 'content-type': 'text/plain' })).status).toBe(415);
    // Another site's script may not read an answer, and another site's form is not taken.
    expect((await ask(whole)).headers.get('access-control-allow-origin')).toBeNull();
    const form = { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' }, body: new FormData() };
    expect((await fetch(`${web.url}/verify`, form)).status).toBe(403);
  });

  it('is not brought down by a bundle that is nested without end', async () => {
    const depth = 500_000;
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const body = `{"artifact":{"digest":"${digest}"},"bundle":{"a":${nested}},"identity":"a","issuer":"b"}`;
    expect((await ask(body)).status).toBe(400);
    const asText = { artifact: { digest }, bundle: `{"mediaType":${nested}}`, ...who };
    expect(await answer(asText)).toMatchObject({ verdict: 'refused', failure: { step: 'bundle' } });
  });

  it('counts people under a policy, and says who does not count and why', async () => {
    const policy = (atLeast: number) =>
      JSON.stringify({
        sigwatchPolicy: 1,
        people: { ada: [who], bob: [{ ...who, identity: 'bob@example.com' }] },
        groups: { devs: ['ada', 'bob'] },
        require: { atLeast, of: 'devs' },
      });
    const bundles = [
      { name: 'one', bundle },
      { name: 'two', bundle: JSON.parse(second) as object },
      { name: 'three', bundle: '{}' },
    ];
    const asked = { artifact: { digest }, bundles };
    expect(await answer({ ...asked, policy: policy(1) })).toMatchObject({
      verdict: 'satisfied',
      signatures: [
        { name: 'one', outcome: 'counts', person: 'ada', verification: { verdict: 'verified' } },
        { name: 'two', outcome: 'does-not-count', code: 'counted-already' },
        { name: 'three', outcome: 'does-not-count', verification: { failure: { step: 'bundle' } } },
      ],
    });
    expect(await answer({ ...asked, policy: policy(2) })).toMatchObject({
      verdict: 'unsatisfied',
      statement: 'Not satisfied: 1 of 2 from devs.',
      rule: { missing: ['bob'] },
    });
  });
});

describe('/verify without JavaScript', () => {
  interface Fields {
    readonly content?: Buffer;
    readonly digest?: string;
    readonly bundle?: string;
    readonly identity?: string;
    readonly issuer?: string;
    readonly name?: string;
    /** PEM: a key is expected and no login. */
    readonly key?: string;
  }

  async function submit(fields: Fields, options = {}): Promise<Page> {
    const context = await browser.newContext({ javaScriptEnabled: false, baseURL: web.url, ...options });
    // Where axe needs a browser that runs scripts, ours stays away.
    await context.route('**/script/*', (route) => route.abort());
    const page = await context.newPage();
    await page.goto('/');
    await page.getByRole('link', { name: 'Verify', exact: true }).click();
    const give = (label: string, name: string, buffer: Buffer) =>
      page
        .getByLabel(label, { exact: true })
        .setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
    if (fields.content !== undefined) await give('The file', fields.name ?? 'app.tgz', fields.content);
    if (fields.digest !== undefined) await page.getByLabel('Or its digest').fill(fields.digest);
    await give('Its bundle', 'app.sigstore.json', Buffer.from(fields.bundle ?? bundle));
    if (fields.key !== undefined) {
      await page.getByLabel('With a key of theirs').check();
      await page.getByLabel('Or the text of the key').fill(fields.key);
    } else {
      await page.getByLabel('Who must have signed it').fill(fields.identity ?? who.identity);
      await page.getByLabel('Who vouches for that login').fill(fields.issuer ?? who.issuer);
    }
    await answered(page, () => page.getByRole('button', { name: 'Verify' }).click());
    return page;
  }

  it('names the signer, the login and the time of an unchanged file', async () => {
    const page = await submit({ content: file });
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('It is what they signed');
    const verdict = await page.locator('.notice').innerText();
    expect(verdict).toMatch(
      /Verified\s+Signed by ada@example\.com via https:\/\/login\.example\.com at \d+ \w+ \d+, [\d:]+ UTC; file unchanged\./,
    );
    expect(await page.getByRole('region', { name: 'Each step' }).innerText()).toMatch(/(Passed[\s\S]*){5}/);
    expect(await page.innerText('main')).toContain(`sha256:${digest}`);
    expect(page.url()).toBe(`${web.url}/verify`);
  });

  it.each<[string, Fields, RegExp]>([
    [
      'a changed file',
      { content: Buffer.from('release 2') },
      /Whether the file is what was signed[\s\S]*artifact-mismatch/,
    ],
    ['another digest', { digest: '0'.repeat(64) }, /Refused/],
    [
      'another person',
      { content: file, identity: 'eve@example.com' },
      /Whether it is who you expect[\s\S]*identity-mismatch/,
    ],
    ['no bundle', { content: file, bundle: 'x' }, /Reading the bundle[\s\S]*bundle-malformed/],
  ])('shows at which step %s fails', async (_, fields, words) => {
    const page = await submit(fields);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('It does not verify');
    expect(await page.locator('.notice.bad').innerText()).toMatch(words);
    expect(await page.innerText('main')).not.toContain('file unchanged');
  });

  it('expects a key instead of a login, and says what is no key', async () => {
    const key = toPem('PUBLIC KEY', ephemeralKey().spki);
    const page = await submit({ content: file, key });
    expect(await page.locator('.notice.bad').innerText()).toContain('signer-kind-mismatch');
    expect(await page.getByLabel('With a key of theirs').isChecked()).toBe(true);
    expect(await page.getByLabel('Who must have signed it').isVisible()).toBe(false);
    const none = await submit({ content: file, key: 'x' });
    expect(await none.getByRole('alert').innerText()).toContain('That is not a public key.');
  });

  it('asks again for what is missing, and keeps what was typed', async () => {
    const page = await submit({ identity: 'jane@example.com' });
    expect(await page.getByRole('alert').innerText()).toBe('Give the file or its digest, one of the two.');
    expect(await page.getByLabel('Who must have signed it').inputValue()).toBe('jane@example.com');
    const noOne = new FormData();
    noOne.set('bundle', new File([bundle], 'b.json'));
    noOne.set('digest', digest);
    noOne.set('issuer', who.issuer);
    const html = await (await fetch(`${web.url}/verify`, { method: 'POST', body: noOne })).text();
    expect(html).toContain('Say who must have signed it');
    const twice = new FormData();
    for (const name of ['digest', 'digest']) twice.append(name, digest);
    for (const [name, text] of Object.entries(who)) twice.set(name, text);
    twice.set('bundle', new File([bundle], 'b.json'));
    expect(await (await fetch(`${web.url}/verify`, { method: 'POST', body: twice })).text()).toContain(
      'Nothing was verified',
    );
  });

  it('has no address that shows a verdict: not by header, not by query, not afterwards', async () => {
    const forged = await fetch(`${web.url}/verify?verdict=verified`, {
      headers: { 'x-sigwatch-verification': 'anything' },
    });
    const html = await forged.text();
    expect(html).toContain('Is this file what they signed?');
    expect(html).not.toContain('It is what they signed');
    expect((await fetch(`${web.url}/verify`, { method: 'POST', body: 'identity=x' })).status).toBe(200);
  });

  it('shows hostile names as text', async () => {
    const page = await submit({ content: file, name: '\u202egpj.<b>x</b>.exe' });
    expect(await page.innerText('main')).toContain('\\u{202e}gpj.<b>x</b>.exe');
  });

  it('is accessible, before and after', async () => {
    await expectAccessible(browser, web.url, ['/verify']);
    for (const content of [file, Buffer.from('x')]) {
      const page = await submit({ content }, { javaScriptEnabled: true });
      await expectPageAccessible(page, content.toString());
      await page.context().close();
    }
  });
});

// Last, since it uses up what this address has.
it('verifies so often for one address and no oftener, and says when to come back', async () => {
  let refused: Response | undefined;
  for (let at = 0; at < 200 && refused === undefined; at++) {
    const [one] = await Promise.all([ask('{}'), ask('{}'), ask('{}'), ask('{}')]);
    if (one.status === 429) refused = one;
    else expect([400, 429]).toContain(one.status);
  }
  const seconds = Number(refused?.headers.get('retry-after'));
  expect(seconds >= 1 && seconds <= 60, `come back in ${seconds} s`).toBe(true);
  expect(refused?.headers.get('content-type')).toBe('application/problem+json');
  expect((await fetch(`${web.url}/api/v1/logs`)).status).toBe(200);
});
