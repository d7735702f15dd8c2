/** Verifying an entry in the reader's own browser: what is genuine passes, and whatever is bent is refused where it is. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { readBundle } from '#lib/bundle/read-bundle.ts';
import { writeBundle } from '#lib/bundle/write-bundle.ts';
import { ephemeralKey } from '#lib/cli/ephemeral-key.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { readIdToken } from '#lib/sign/id-token.ts';
import { sign } from '#lib/sign/sign.ts';
import { selectServices } from '#lib/sign/signing-config.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { artifactOfBytes } from '#lib/verify/artifact.ts';
import { launchBrowser } from '#tests/harness/browser.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { SigningServicesInMemory } from '#tests/harness/signing-services.ts';
import { expectPageAccessible } from './accessible.ts';
import { seedEntry, seedLog } from './seed.ts';
import { leafOf, startTileLog } from './tile-log.ts';
import { startWeb } from './web.ts';

const who = { identity: 'ada@example.com', issuer: 'https://login.example.com' };
const services = new SigningServicesInMemory({ rekorVersion: 2, ...who });

async function signedLeaf(): Promise<Uint8Array> {
  const file = Buffer.from('release 1');
  const { bundle } = await sign({ kind: 'message', bytes: file }, artifactOfBytes(file), {
    services: selectServices(services.signingConfig, new Date()),
    trustedRoot: readTrustedRoot(services.trustedRoot),
    token: readIdToken(services.idToken),
    send: services.send,
    key: ephemeralKey(),
  });
  return readBundle(writeBundle(bundle)).entries[0]?.canonicalizedBody ?? new Uint8Array(0);
}

const genuine = await signedLeaf();
const text = new TextDecoder().decode(genuine);
const otherSignature = new TextEncoder().encode(text.replace(/"content":"(.{12})./, '"content":"$1A'));
const log = await startTileLog([
  ...Array.from({ length: 5 }, (_, at) => leafOf(at)),
  genuine,
  otherSignature,
]);
const trust: { json: object | undefined } = { json: undefined };
const authority = createServer((_request, response) => {
  response.setHeader('access-control-allow-origin', '*');
  response.statusCode = trust.json === undefined ? 503 : 200;
  response.end(JSON.stringify(trust.json));
});
authority.listen(0);
await once(authority, 'listening');
afterAll(() => authority.close());

const { sql, url } = await freshDatabase();
const web = await startWeb(url, { CA_URL: `http://localhost:${(authority.address() as AddressInfo).port}` });
const browser = await launchBrowser();
afterAll(() => browser.close());
await seedLog(sql, log);
for (const index of [5, 6])
  await seedEntry(sql, log, { index, at: new Date(), identities: [['email', who.identity]] });

const files = new Map(log.files);
beforeEach(() => {
  for (const [path, bytes] of files) log.files.set(path, bytes);
  log.silent = false;
  const known = services.trustedRoot as { tlogs: object[] };
  const publicKey = {
    rawBytes: toBase64(log.publicKey),
    keyDetails: 'PKIX_ED25519',
    validFor: { start: '2020-01-01T00:00:00Z' },
  };
  const ours = {
    baseUrl: log.url,
    hashAlgorithm: 'SHA2_256',
    publicKey,
    logId: { keyId: toBase64(sha256(log.publicKey)) },
  };
  trust.json = { ...known, tlogs: [...known.tlogs, ours] };
});

async function open(index = 5): Promise<Page> {
  const context = await browser.newContext({ baseURL: web.url });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(`/e/rekor/${index}`);
  return page;
}

async function verify(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Verify in this browser' }).click();
  const status = page.getByRole('region', { name: 'Without trusting us' }).getByRole('status');
  await status.filter({ hasText: /verified|Refused/i }).waitFor();
  return status.innerText();
}

function bend(path: RegExp, at: number): void {
  const [name, bytes] = [...files].find(([file]) => path.test(file)) ?? [];
  if (name === undefined || bytes === undefined) throw new Error(`the log has no ${path}`);
  const bent = Uint8Array.from(bytes);
  bent[at] = (bent[at] ?? 0) ^ 1;
  log.files.set(name, bent);
}

it('walks every step, in the browser, and shows the values', async () => {
  const page = await open();
  expect(await verify(page)).toContain('Verified by this browser');
  const steps = await page.locator('.checks > li > p').allInnerTexts();
  expect(steps.map((step) => step.split(':')[0])).toEqual([
    'Trusted root',
    'Checkpoint',
    'Entry',
    'Inclusion',
    'Consistency',
    'Certificate',
    'Signature',
  ]);
  expect(await page.locator('.checks .failed').count()).toBe(0);
  await page.getByText('Root', { exact: true }).last().click();
  expect(await page.locator('.checks').textContent()).toContain(Buffer.from(log.root).toString('hex'));
  await page.reload();
  await verify(page);
  expect(await page.locator('.checks').innerText()).toContain('the very tree that this browser remembers');
});

it('refuses an entry that the log has changed', async () => {
  const page = await open();
  // Each entry has its length in two bytes before it; this is within the sixth.
  const before = [0, 1, 2, 3, 4].reduce((sum, at) => sum + 2 + leafOf(at).length, 2);
  bend(/entries/, before + 150);
  expect(await verify(page)).toContain('Refused at: Entry');
});

it('refuses hashes that do not lead to the signed root', async () => {
  const page = await open();
  bend(/^tile\/0\//, 3);
  expect(await verify(page)).toContain('Refused at: Inclusion');
});

it('refuses a checkpoint that the log’s key did not sign', async () => {
  const page = await open();
  log.files.set('checkpoint', Buffer.from(log.checkpoint.replace('\n7\n', '\n8\n')));
  expect(await verify(page)).toContain('Refused at: Checkpoint');
});

it('refuses a second history, and shows both checkpoints', async () => {
  const page = await open();
  const other = log.signHead(7n, sha256(Buffer.from('another tree')));
  await page.evaluate(
    ([name, note]) => localStorage.setItem(name ?? '', note ?? ''),
    [`sigwatch.checkpoint.${log.origin}`, other],
  );
  expect(await verify(page)).toContain('Refused at: Consistency');
  expect(await page.locator('.checks .failed').innerText()).toContain('two histories');
});

it('refuses a signature in the entry that is none', async () => {
  const page = await open(6);
  expect(await verify(page)).toContain('Refused at: Signature');
});

it('refuses a certificate of an authority that is not in the trusted root', async () => {
  const page = await open();
  trust.json = { ...trust.json, certificateAuthorities: [] };
  expect(await verify(page)).toContain('Refused at: Certificate');
});

it('says that the log, or the trusted root, could not be reached, and refuses nothing', async () => {
  const page = await open();
  log.silent = true;
  expect(await verify(page)).toContain('the log could not be reached');
  trust.json = undefined;
  await page.getByRole('button', { name: 'Verify in this browser' }).click();
  await page.getByText('the trusted root could not be reached').waitFor();
});

it('is one small script, tied to its hash and to this answer’s nonce, and none elsewhere', async () => {
  const entry = await fetch(`${web.url}/e/rekor/5`);
  const [, nonce = '', path = '', integrity = ''] =
    /<script type="module" nonce="([^"]+)" src="([^"]+)" integrity="([^"]+)">/.exec(await entry.text()) ?? [];
  expect(entry.headers.get('content-security-policy')).toContain(`script-src 'nonce-${nonce}'`);
  const script = await fetch(web.url + path);
  expect(script.headers.get('cache-control')).toContain('immutable');
  const bytes = new Uint8Array(await script.arrayBuffer());
  expect(integrity).toBe(`sha256-${toBase64(sha256(bytes))}`);
  expect(gzipSync(bytes).length).toBeLessThan(60_000);
  const about = await fetch(`${web.url}/about`);
  expect(about.headers.get('content-security-policy')).not.toContain('script-src');
  expect(await about.text()).not.toContain('<script');
});

it('is a whole page without script', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: web.url });
  const page = await context.newPage();
  await page.goto('/e/rekor/5');
  expect(await page.getByRole('button', { name: 'Verify in this browser' }).count()).toBe(0);
  expect(await page.getByText('This needs script').isVisible()).toBe(true);
});

it.each(['light', 'dark'] as const)('is accessible with its answer, by %s', async (colorScheme) => {
  for (const width of [390, 1280]) {
    const viewport = { width, height: 900 };
    const context = await browser.newContext({ baseURL: web.url, colorScheme, viewport, bypassCSP: true });
    const page = await context.newPage();
    await page.goto('/e/rekor/6');
    await verify(page);
    await expectPageAccessible(page, `${colorScheme} at ${width}`);
  }
});
