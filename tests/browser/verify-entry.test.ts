/** Verifying an entry in the reader's own browser: what is genuine passes, and whatever is bent is refused where it is. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { readBundle } from '#lib/bundle/read-bundle.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { parseHashedRekord } from '#lib/rekor/hashedrekord.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import { embeddedScts } from '#lib/x509/sct.ts';
import { launchBrowser } from '#tests/harness/browser.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { signedBundle } from '#tests/harness/signed-bundle.ts';
import { SigningServicesInMemory } from '#tests/harness/signing-services.ts';
import { expectPageAccessible } from './accessible.ts';
import { seedEntry, seedLog } from './seed.ts';
import { leafOf, startTileLog } from './tile-log.ts';
import { serveEntriesV1 } from './entries-v1.ts';
import { startWeb } from './web.ts';
import { cosigned, witnessPolicy } from './witnesses.ts';

const who = { identity: 'ada@example.com', issuer: 'https://login.example.com' };
const services = new SigningServicesInMemory({ rekorVersion: 2, ...who });
const file = Buffer.from('release 1');

const leafIn = (text: string) => readBundle(text).entries[0]?.canonicalizedBody ?? new Uint8Array(0);
const bundle = await signedBundle(services, file);
const genuine = leafIn(bundle);
const servicesV1 = new SigningServicesInMemory({ rekorVersion: 1, ...who });
const leafV1 = leafIn(await signedBundle(servicesV1, file));
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

const { url: v1Url, publicKey: keyV1 } = await serveEntriesV1(servicesV1);

const { sql, url } = await freshDatabase();
const web = await startWeb(url, { CA_URL: `http://localhost:${(authority.address() as AddressInfo).port}` });
const browser = await launchBrowser();
afterAll(() => browser.close());
await seedLog(sql, log);
for (const index of [5, 6])
  await seedEntry(sql, log, { index, at: new Date(), identities: [['email', who.identity]] });
const logV1 = Object.assign({}, log, {
  url: v1Url,
  origin: 'log.test - 1',
  publicKey: keyV1,
  leafHashes: [leafHash(leafV1), leafHash(leafV1), leafHash(leafV1), leafHash(leafV1)],
});
await seedLog(sql, logV1, 'rekor1-1');
await sql`UPDATE monitor_log SET kind = 'rekor-v1', dialect = 'rekor-v1' WHERE id = 'rekor1-1'`;
await seedEntry(sql, logV1, {
  index: 3,
  logId: 'rekor1-1',
  at: new Date(),
  identities: [['email', who.identity]],
});

const files = new Map(log.files);
beforeEach(async () => {
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
  await sql`UPDATE monitor_log SET witness_policy = NULL`;
});

async function open(index = 5, logId = 'rekor'): Promise<Page> {
  const context = await browser.newContext({ baseURL: web.url });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(`/e/${logId}/${index}`);
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
  expect(await verify(page)).toBe(
    'Verified by this browser: 7 steps checked here, 3 not possible (Cosignatures, Consistency, Timestamp): each says why.',
  );
  const steps = await page.locator('.checks > li > p').allInnerTexts();
  expect(steps.map((step) => step.split(':')[0])).toEqual([
    'Trusted root',
    'Checkpoint',
    'Cosignatures',
    'Entry',
    'Inclusion',
    'Consistency',
    'Timestamp',
    'Certificate',
    'SCT',
    'Signature',
  ]);
  expect(await page.locator('.checks .failed, #entry-path .pencil').count()).toBe(0);
  expect(await page.locator('.checks .noted').allInnerTexts()).toEqual([
    expect.stringMatching(/^○[\s\S]*no witness is asked for/),
    expect.stringMatching(/^○[\s\S]*first visit: nothing to compare with/),
    expect.stringContaining('none in the log'),
  ]);
  expect(await page.locator('.checks').textContent()).toContain(Buffer.from(log.root).toString('hex'));
  await page.reload();
  expect(await verify(page)).toContain('8 steps checked here, 2 not possible');
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

const step = (page: Page, name: string) =>
  page.locator('.checks > li').filter({ has: page.getByText(name, { exact: true }) });

const askWitnesses = (quorum: string) =>
  sql`UPDATE monitor_log SET witness_policy = ${witnessPolicy(quorum)} WHERE id = 'rekor'`;

it('says of each witness whether its cosignature is good, unknown or missing, and whether they are a quorum', async () => {
  await askWitnesses('either');
  const page = await open();
  log.files.set('checkpoint', cosigned(log.checkpoint, ['one.test', 'three.test']));
  expect(await verify(page)).toContain('Verified by this browser');
  await step(page, 'Cosignatures').getByText('Raw values').click();
  const said = await step(page, 'Cosignatures').innerText();
  expect(said).toContain('1 of the 2 witnesses of the policy signed it, which is a quorum: one.test');
  expect(said).toMatch(/one\.test\s+good: it knew no larger tree/);
  expect(said).toMatch(/three\.test\s+unknown/);
  expect(said).toMatch(/two\.test\s+missing/);
  await askWitnesses('both');
  await page.reload();
  expect(await verify(page)).toBe('Refused at: Cosignatures.');
  expect(await step(page, 'Cosignatures').innerText()).toContain('which is no quorum');
});

it('refuses a cosignature that is none at its own step, and goes on', async () => {
  await askWitnesses('either');
  const page = await open();
  const bent = cosigned(log.checkpoint, ['one.test', 'two.test'], true);
  await page.route('**/checkpoint', (route) =>
    route.fulfill({ body: bent, headers: { 'access-control-allow-origin': '*' } }),
  );
  expect(await verify(page)).toBe('Refused at: Cosignatures.');
  expect(await step(page, 'Cosignatures').innerText()).toContain(
    'the cosignature of two.test does not verify',
  );
  expect(await page.locator('.checks .failed').count()).toBe(1);
});

it('checks the timestamp in the bundle of this entry, and refuses a bent one, or one of another, at its own step', async () => {
  const page = await open();
  const give = (text: string) =>
    page
      .getByLabel('With its bundle, if you have it')
      .setInputFiles({ name: 'b.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  await give(bundle);
  expect(await verify(page)).toContain('Verified by this browser');
  expect(await step(page, 'Timestamp').innerText()).toContain('https://tsa.test signed that it existed at');
  const json = JSON.parse(bundle) as {
    verificationMaterial: { timestampVerificationData: { rfc3161Timestamps: { signedTimestamp: string }[] } };
  };
  const [stamp] = json.verificationMaterial.timestampVerificationData.rfc3161Timestamps;
  if (stamp === undefined) throw new Error('the bundle has no timestamp');
  const der = Buffer.from(stamp.signedTimestamp, 'base64');
  der[der.length - 3] = (der[der.length - 3] ?? 0) ^ 1;
  stamp.signedTimestamp = der.toString('base64');
  await give(JSON.stringify(json));
  expect(await verify(page)).toBe('Refused at: Timestamp.');
  await give(await signedBundle(services, file));
  expect(await verify(page)).toBe('Refused at: Timestamp.');
  expect(await step(page, 'Timestamp').innerText()).toContain('about another entry');
  // A timestamp of another signature, beside an entry that is the right one.
  const other = JSON.parse(await signedBundle(services, file)) as {
    verificationMaterial: { tlogEntries: unknown };
  };
  other.verificationMaterial.tlogEntries = (
    JSON.parse(bundle) as typeof other
  ).verificationMaterial.tlogEntries;
  await give(JSON.stringify(other));
  expect(await verify(page)).toBe('Refused at: Timestamp.');
  expect(await step(page, 'Timestamp').innerText()).toContain('another signature than the entry');
});

it('refuses a certificate that no certificate log of the trusted root has seen, at its own step', async () => {
  const page = await open();
  const other = new SigningServicesInMemory({ rekorVersion: 2, ...who }).trustedRoot as { ctlogs: object[] };
  await page.route('**/trusted_root.json', (route) =>
    route.fulfill({
      json: { ...trust.json, ctlogs: other.ctlogs },
      headers: { 'access-control-allow-origin': '*' },
    }),
  );
  expect(await verify(page)).toBe('Refused at: SCT.');
});

it('looks into what the log served even where it is not what this page states', async () => {
  const page = await open();
  // The SCT list is the last extension, before the signature of the authority: a bit of the certificate within it.
  const certificate = certificateOf(genuine);
  const at = certificate.lastIndexOf(Buffer.from(sctOf(certificate)));
  const changed = Buffer.from(certificate);
  changed[at + 3] = (changed[at + 3] ?? 0) ^ 1;
  const [name, entries] = [...files].find(([path]) => /entries/.test(path)) ?? ['', new Uint8Array(0)];
  const swapped = Buffer.from(entries)
    .toString('latin1')
    .replace(certificate.toString('base64'), changed.toString('base64'));
  log.files.set(name, Buffer.from(swapped, 'latin1'));
  expect(await verify(page)).toMatch(/^Refused at: Entry, Inclusion, Certificate, SCT/);
});

function certificateOf(leaf: Uint8Array): Buffer {
  const { verifier } = parseHashedRekord(leaf);
  return Buffer.from(verifier.bytes);
}

function sctOf(certificate: Uint8Array): Uint8Array {
  return embeddedScts(readCertificate(Uint8Array.from(certificate)))[0]?.signature ?? new Uint8Array(0);
}

describe('an entry of Rekor v1', () => {
  const tampered = async (page: Page, change: (answer: string) => string) =>
    page.route('**/api/v1/log/entries/*', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: change(await answer.text()) });
    });

  beforeEach(() => {
    trust.json = servicesV1.trustedRoot;
  });

  it('is verified with the time that the log signed', async () => {
    const page = await open(3, 'rekor1-1');
    expect(await verify(page)).toContain('Verified by this browser');
    expect(await step(page, 'Timestamp').innerText()).toContain(
      'the log signed that it took the entry in at',
    );
    expect(await step(page, 'Certificate').innerText()).toContain('valid at the time above');
  });

  it('is refused at its promise, at its proof or at its checkpoint, whichever is bent', async () => {
    const page = await open(3, 'rekor1-1');
    const member = (text: string, name: string, change: (value: string) => string) =>
      text.replace(
        new RegExp(`("${name}":")([^"]+)"`),
        (_, key: string, value: string) => `${key}${change(value)}"`,
      );
    const flipped = (value: string) => {
      const bytes = Buffer.from(value, 'base64');
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      return bytes.toString('base64');
    };
    await tampered(page, (text) => member(text, 'signedEntryTimestamp', flipped));
    expect(await verify(page)).toBe('Refused at: Timestamp.');
    await page.unrouteAll();
    await tampered(page, (text) => text.replace(/"hashes":\["../, '"hashes":["00'));
    expect(await verify(page)).toBe('Refused at: Inclusion.');
    await page.unrouteAll();
    await tampered(page, (text) => member(text, 'checkpoint', (note) => note.replace('\\n4\\n', '\\n5\\n')));
    expect(await verify(page)).toContain('Refused at: Checkpoint');
  });
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
  expect(gzipSync(bytes).length).toBeLessThan(90_000);
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

it('is accessible with its answer', async () => {
  const page = await browser.newPage({ baseURL: web.url });
  await page.goto('/e/rekor/6');
  await verify(page);
  await expectPageAccessible(page, 'an entry verified here');
  await page.close();
});
