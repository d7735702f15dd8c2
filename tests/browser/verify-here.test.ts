/**
 * Verifying on /verify with script: in the browser, by the engine that the server has for the rest, and nothing leaves it.
 * What is genuine passes, whatever is bent is refused at its step, in the words of the command line.
 */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import type { Page } from 'playwright';
import { afterAll, describe, expect, it } from 'vitest';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { artifactOfBytes } from '#lib/verify/artifact.ts';
import { readBundle } from '#lib/bundle/read-bundle.ts';
import { verifyBundle } from '#lib/verify/verify-bundle.ts';
import { exactTime, momentsIn } from '#app/ui/time.ts';
import { launchBrowser } from '#tests/harness/browser.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { signedBundle } from '#tests/harness/signed-bundle.ts';
import { SigningServicesInMemory } from '#tests/harness/signing-services.ts';
import { expectPageAccessible } from './accessible.ts';
import { startWeb } from './web.ts';

const who = { identity: 'ada@example.com', issuer: 'https://login.example.com' };
const services = new SigningServicesInMemory({ rekorVersion: 2, strangers: 3, ...who });
const content = Buffer.from('release 1');

const bundle = await signedBundle(services, content);
const folder = mkdtempSync(join(tmpdir(), 'sigwatch-verify-'));
const vectors = fileURLToPath(new URL('../../../shared/vectors/', import.meta.url));
const given = (name: string, bytes: string | Uint8Array) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const authority = createServer((_request, response) => {
  response.setHeader('access-control-allow-origin', '*');
  response.end(JSON.stringify(services.trustedRoot));
});
authority.listen(0);
await once(authority, 'listening');
afterAll(() => authority.close());
const authorityUrl = `http://localhost:${(authority.address() as AddressInfo).port}`;

const { url } = await freshDatabase();
const publicRoot = given('public-root.json', JSON.stringify(services.trustedRoot));
const web = await startWeb(url, { CA_URL: authorityUrl, PUBLIC_TRUSTED_ROOT_FILE: publicRoot });
const browser = await launchBrowser();
afterAll(() => browser.close());

interface Opened {
  readonly page: Page;
  /** Every request since the page was there. */
  readonly asked: string[];
}

async function open(options = {}): Promise<Opened> {
  const context = await browser.newContext({ baseURL: web.url, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto('/verify', { waitUntil: 'networkidle' });
  const asked: string[] = [];
  page.on('request', (request) => {
    // Browsers ask for a page's icon when they please.
    if (!request.url().includes('/icon.svg')) asked.push(`${request.method()} ${request.url()}`);
  });
  return { page, asked };
}

interface Fields {
  readonly file?: string;
  readonly digest?: string;
  readonly bundle?: string;
  readonly identity?: string;
  readonly issuer?: string;
  readonly trust?: string;
  readonly root?: string;
}

async function verify(page: Page, fields: Fields): Promise<string> {
  if (fields.file !== undefined)
    await page.getByLabel('The file', { exact: true }).setInputFiles(fields.file);
  if (fields.digest !== undefined) await page.getByLabel('Or its digest').fill(fields.digest);
  await page
    .getByLabel('Its bundle', { exact: true })
    .setInputFiles(fields.bundle ?? given('app.sigstore.json', bundle));
  await page.getByLabel('Who must have signed it').fill(fields.identity ?? who.identity);
  await page.getByLabel('Who vouches for that login').fill(fields.issuer ?? who.issuer);
  const form = page.getByRole('region', { name: 'What and who' });
  if (fields.trust !== undefined) await form.getByLabel(fields.trust).check();
  if (fields.root !== undefined)
    await form.getByLabel('The file trusted_root.json').setInputFiles(fields.root);
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  return heading(page);
}

/** It has the focus once there is an answer. */
async function heading(page: Page): Promise<string> {
  const first = page.locator('h1:focus');
  await first.waitFor();
  return first.innerText();
}

const steps = (page: Page) => page.getByRole('region', { name: 'Each step' }).innerText();

it('verifies here, step by step with raw values, and asks for the trusted root alone', async () => {
  const { page, asked } = await open();
  const file = given('app.tgz', content);
  expect(await verify(page, { file })).toBe('It is what they signed');
  expect(await page.locator('.notice').innerText()).toMatch(
    /Verified\s+Signed by ada@example\.com via https:\/\/login\.example\.com at .* UTC; file unchanged\./,
  );
  const said = await steps(page);
  expect(said).toMatch(/(Passed[\s\S]*){5}/);
  const { steps: ours } = await verifyBundle(readBundle(bundle), artifactOfBytes(content), {
    trustedRoot: readTrustedRoot(services.trustedRoot),
    expected: { signer: { kind: 'anyone' } },
  });
  for (const step of ours)
    if (step.outcome === 'passed' && step.step !== 'identity')
      for (const fact of step.facts)
        expect(said.replaceAll(/\s+/g, ' ')).toContain(
          momentsIn(fact)
            .map((piece) => (piece instanceof Date ? exactTime(piece) : piece))
            .join(''),
        );
  const values = page.getByText('Raw values');
  expect(await values.count()).toBe(4);
  await values.first().click();
  expect(await steps(page)).toContain('Time stated');
  expect(asked).toEqual([`GET ${authorityUrl}/trusted_root.json`]);
  expect(await page.getByText('Nothing of it was sent.').isVisible()).toBe(true);
});

it('says the same in the console of a browser: nothing', async () => {
  const { page } = await open();
  const heard: string[] = [];
  page.on('pageerror', (error) => heard.push(String(error)));
  page.on('console', (message) => heard.push(message.text()));
  await verify(page, { digest: createHash('sha256').update(content).digest('hex') });
  expect(heard).toEqual([]);
});

it('verifies a file that no form could carry, hashed slice by slice, and its twin with one other byte not', async () => {
  const large = randomBytes(40 * 1024 * 1024);
  const { page, asked } = await open();
  const signature = given('large.sigstore.json', await signedBundle(services, large));
  expect(await verify(page, { file: given('large.iso', large), bundle: signature })).toBe(
    'It is what they signed',
  );
  large[large.length - 1] = (large.at(-1) ?? 0) ^ 1;
  await page.getByLabel('The file', { exact: true }).setInputFiles(given('large.iso', large));
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByRole('heading', { name: 'It does not verify' }).waitFor();
  expect(await page.locator('.notice.bad').innerText()).toContain('artifact-mismatch');
  expect(asked.every((one) => one === `GET ${authorityUrl}/trusted_root.json`)).toBe(true);
});

/** The bundle with one thing bent, by the path to it. */
function bent(path: readonly (string | number)[], change: (old: string) => string): string {
  const json = JSON.parse(bundle) as Record<string, unknown>;
  let place = json;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string, unknown>;
  const last = String(path.at(-1));
  place[last] = change(String(place[last]));
  return JSON.stringify(json);
}

/** Of base64: one bit of a byte from the end. */
function flip(text: string, fromEnd: number): string {
  const bytes = Buffer.from(text, 'base64');
  bytes[bytes.length - fromEnd] = (bytes[bytes.length - fromEnd] ?? 0) ^ 1;
  return bytes.toString('base64');
}

const material = ['verificationMaterial'] as const;
const entry = [...material, 'tlogEntries', 0] as const;

describe('what is bent is refused where it is', () => {
  it.each<[string, Fields & { bent?: string }, RegExp]>([
    [
      'a changed file',
      { file: given('other.tgz', 'release 2') },
      /Whether the file is what was signed[\s\S]*artifact-mismatch/,
    ],
    [
      'another person',
      { identity: 'eve@example.com' },
      /Whether it is who you expect[\s\S]*signed by ada@example\.com, not eve@example\.com/,
    ],
    [
      'another login',
      { issuer: 'https://other.example' },
      /Whether it is who you expect[\s\S]*issuer-mismatch/,
    ],
    ['no bundle', { bent: 'x' }, /Reading the bundle[\s\S]*bundle-malformed/],
    [
      'a timestamp',
      {
        bent: bent(
          [...material, 'timestampVerificationData', 'rfc3161Timestamps', 0, 'signedTimestamp'],
          (old) => flip(old, 3),
        ),
      },
      /When it was signed[\s\S]*timestamp-/,
    ],
    [
      'a hash of the audit path',
      { bent: bent([...entry, 'inclusionProof', 'hashes', 0], (old) => flip(old, 3)) },
      /Whether the public log has it[\s\S]*inclusion-proof-invalid/,
    ],
    [
      'the checkpoint',
      {
        bent: bent([...entry, 'inclusionProof', 'checkpoint', 'envelope'], (old) =>
          old.replace(/\n(\d+)\n/, (_, size: string) => `\n${Number(size) + 1}\n`),
        ),
      },
      /Whether the public log has it[\s\S]*checkpoint-/,
    ],
    [
      'the signature',
      { bent: bent(['messageSignature', 'signature'], (old) => flip(old, 3)) },
      /Refused[\s\S]*/,
    ],
    [
      'the certificate',
      { bent: bent([...material, 'certificate', 'rawBytes'], (old) => flip(old, 3)) },
      /Whose key it was[\s\S]*certificate-/,
    ],
  ])('%s', async (_, { bent: changed, ...fields }, words) => {
    const { page } = await open();
    const bundleFile = given('bent.sigstore.json', changed ?? bundle);
    expect(await verify(page, { file: given('app.tgz', content), bundle: bundleFile, ...fields })).toBe(
      'It does not verify',
    );
    expect(await page.locator('.notice.bad').innerText()).toMatch(words);
    expect(await page.locator('main').innerText()).not.toContain('file unchanged');
    await page.context().close();
  });
});

it('believes the public instance, or a file, when it is told to, and says so when neither can be had', async () => {
  const { page, asked } = await open();
  const file = given('app.tgz', content);
  expect(await verify(page, { file, trust: 'The public instance of Sigstore' })).toBe(
    'It is what they signed',
  );
  expect(asked).toEqual([`GET ${web.url}/verify/public-instance.json`]);
  const other = new SigningServicesInMemory({ rekorVersion: 2, ...who });
  const root = given('root.json', JSON.stringify(other.trustedRoot));
  await page.getByLabel('The file trusted_root.json').first().setInputFiles(root);
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByRole('heading', { name: 'It does not verify' }).waitFor();
  expect(await page.locator('.notice.bad').innerText()).toContain('timestamp-untrusted');
  expect(asked).toHaveLength(1);
  await page.getByLabel('The file trusted_root.json').first().setInputFiles(given('no.json', '{"a":1}'));
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByRole('heading', { name: 'Nothing was verified' }).waitFor();
  expect(await page.getByRole('alert').innerText()).toContain('That trusted root cannot be used: mediaType');
  await page.route('**/public-instance.json', (route) => route.abort());
  await page.getByLabel('The public instance of Sigstore').first().check();
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByText('The trusted root of the public instance could not be had').waitFor();
});

const cases = join(vectors, 'conformance/bundle-verify');
const theirs = {
  identity:
    'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main',
  issuer: 'https://token.actions.githubusercontent.com',
};

it('verifies bundles of the public instance in the browser, and refuses those it must', async (context) => {
  let root: Buffer;
  try {
    root = readFileSync(join(vectors, 'public-instance/trusted_root.json'));
  } catch {
    return context.skip('the vectors of the public instance are not on this machine');
  }
  const { page, asked } = await open();
  await page.getByLabel('A trusted root of mine').first().check();
  const trusted = given('public.json', root);
  for (const [name, verdict, code] of [
    ['happy-path-v0.3', 'It is what they signed', ''],
    ['happy-path-v0.1', 'It is what they signed', ''],
    ['set-invalid-signature_fail', 'It does not verify', 'promise-invalid'],
    ['inclusion-proof-corrupted-hash_fail', 'It does not verify', 'inclusion-proof-invalid'],
    ['invalid-checkpoint-signature_fail', 'It does not verify', 'checkpoint-signature-invalid'],
  ] as const) {
    const fields = { file: join(cases, '..', 'a.txt'), root: trusted, ...theirs };
    await verify(page, { ...fields, bundle: join(cases, name, 'bundle.sigstore.json') });
    await page.getByRole('heading', { level: 1, name: verdict }).waitFor();
    expect(await page.locator('main').innerText(), name).toContain(code);
  }
  expect(asked).toEqual([]);
});

const policy = `sigwatchPolicy: 1
people:
  ada: [{ identity: ${who.identity}, issuer: ${who.issuer} }]
  bob: [{ identity: bob@example.com, issuer: ${who.issuer} }]
groups:
  devs: [ada, bob]
require: { atLeast: 2, of: devs }
`;

it('counts people under a policy, here, with files dropped anywhere on the page', async () => {
  const { page, asked } = await open();
  const drop = async (files: Record<string, string>) => {
    const transfer = await page.evaluateHandle((given_: Record<string, string>) => {
      const made = new DataTransfer();
      for (const [name, text] of Object.entries(given_)) made.items.add(new File([text], name));
      return made;
    }, files);
    await page.dispatchEvent('h1', 'drop', { dataTransfer: transfer });
  };
  await drop({ 'policy.yaml': policy, 'app.tgz': content.toString(), 'one.sigstore.json': bundle });
  await page.getByRole('status').filter({ hasText: 'Taken: the file, its bundle, the policy.' }).waitFor();
  await page.keyboard.press('Enter');
  expect(await heading(page)).toBe('Not enough of the right people signed');
  expect(await page.getByRole('region', { name: 'Who is needed' }).innerText()).toMatch(
    /1 of 2 from devs\s+Signed: ada\s+Missing: bob/,
  );
  expect(asked).toEqual([`GET ${authorityUrl}/trusted_root.json`]);
  const alone = await open();
  const transfer = await alone.page.evaluateHandle((text: string) => {
    const made = new DataTransfer();
    made.items.add(new File([text], 'renamed.txt'));
    return made;
  }, bundle);
  await alone.page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await alone.page.getByRole('status').filter({ hasText: 'Taken: its bundle.' }).waitFor();
});

it('is done by keyboard alone, and asks again for what is missing', async () => {
  const { page } = await open();
  await page.getByLabel('Its bundle', { exact: true }).setInputFiles(given('app.sigstore.json', bundle));
  await page.getByLabel('Who must have signed it').fill(who.identity);
  await page.getByLabel('Who vouches for that login').fill(who.issuer);
  await page.keyboard.press('Enter');
  expect(await heading(page)).toBe('Nothing was verified');
  expect(await page.getByRole('alert').innerText()).toBe('Give the file or its digest, one of the two.');
  expect(await page.getByLabel('Who must have signed it').inputValue()).toBe(who.identity);
});

it('shows hostile names as text', async () => {
  const { page } = await open();
  await verify(page, { file: given('\u202egpj.<b>x</b>.exe'.replaceAll('/', '_'), content) });
  expect(await page.locator('main').innerText()).toContain('\\u{202e}gpj.<b>x<_b>.exe');
});

it('loads its scripts within their budget, and may ask this site and its authority alone', async () => {
  const answer = await fetch(`${web.url}/verify`);
  const paths = [...(await answer.text()).matchAll(/<script type="module" nonce="[^"]+" src="([^"]+)"/g)];
  const scripts = await Promise.all(
    paths.map(async ([, path]) => new Uint8Array(await (await fetch(`${web.url}${path}`)).arrayBuffer())),
  );
  const sent = scripts.map((script) => brotliCompressSync(script).length);
  expect(sent.length).toBeGreaterThan(0);
  expect(sent.reduce((sum, length) => sum + length, 0)).toBeLessThan(100 * 1024);
  expect(answer.headers.get('content-security-policy')).toContain(
    `connect-src 'self' ${authorityUrl};`.slice(0, -1),
  );
  expect(answer.headers.get('content-security-policy')).not.toMatch(/connect-src [^;]*\shttps?:(?:\s|;|$)/);
});

it('is accessible with its answer', async () => {
  const { page } = await open();
  for (const file of [given('app.tgz', content), given('other.tgz', 'release 2')]) {
    await verify(page, { file });
    await expectPageAccessible(page, file);
  }
  await page.context().close();
});
