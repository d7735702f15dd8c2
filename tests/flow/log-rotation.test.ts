/**
 * A new shard under load: `sigwatch log rotate`, the trust files follow, sigstore's own packages sign and verify before
 * and after, and the old shard stays what it was.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from '@sigstore/protobuf-specs';
import { bundleBuilderFromSigningConfig } from '@sigstore/sign';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { runMonitor, type RunningMonitor } from '#tests/harness/monitor.ts';
import { freePorts } from '#tests/harness/ports.ts';
import { startTestCa, type TestCa } from '#tests/harness/test-ca.ts';
import { startTestIssuer, type TestIssuer } from '#tests/harness/test-issuer.ts';
import { hashedRekordBody, logEntry, LogProcess, makeSigner, post } from './log-process.ts';

const { ClientTrustConfig } = protobuf;
const email = 'ada@example.com';
const folder = mkdtempSync(join(tmpdir(), 'sigwatch-rotation-'));
const database = await freshDatabase();
const signer = makeSigner();
let issuer: TestIssuer;
let log: LogProcess;
let ca: TestCa;
let newUrl: string;
let monitor: RunningMonitor;

beforeAll(async () => {
  issuer = await startTestIssuer();
  const issuers = { OIDCIssuers: { [issuer.url]: { ClientID: 'sigstore', Type: 'email' } } };
  const [caPort = 0] = await freePorts(1);
  log = await LogProcess.create(database.url, `http://localhost:${caPort}`);
  newUrl = log.url.replace('localhost', '127.0.0.1');
  await log.start();
  ca = await startTestCa({ database, logUrl: log.url, issuers, dataDir: folder, port: caPort });
  monitor = await runMonitor(database, { trustUrl: ca.url, pollMs: 250 });
});
afterAll(async () => {
  await monitor.stop();
  await ca.close();
  await log.remove();
  await issuer.close();
  rmSync(folder, { recursive: true, force: true });
});

const getJson = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T;

async function trust() {
  const { signingConfig, trustedRoot } = ClientTrustConfig.fromJSON(
    await getJson(`${ca.url}/client_trust_config.json`),
  );
  if (signingConfig === undefined || trustedRoot === undefined) throw new Error('half a trust file');
  return { signingConfig, trustedRoot };
}

type Bundle = Parameters<typeof toSignedEntity>[0];

async function signWith(data: Buffer): Promise<Bundle> {
  const builder = bundleBuilderFromSigningConfig({
    signingConfig: (await trust()).signingConfig,
    identityProvider: { getToken: () => issuer.token({ email, email_verified: true }) },
    bundleType: 'messageSignature',
  });
  return builder.create({ data });
}

async function verifies(bundle: Bundle, data: Buffer): Promise<void> {
  const material = toTrustMaterial((await trust()).trustedRoot);
  const verifier = new Verifier(material, { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 });
  verifier.verify(toSignedEntity(bundle, data), { subjectAlternativeName: email });
}

interface Listed {
  logs: {
    kind: string;
    baseUrl: string;
    origin: string;
    logId: string;
    validFor: { start: string; end?: string };
  }[];
}

it('opens a new shard, freezes the old one, and nobody who follows the trust files notices', async () => {
  const data = Buffer.from('made before');
  const before = await signWith(data);
  await verifies(before, data);
  const checkpoint = await (await fetch(`${log.url}/checkpoint`)).text();

  // A client that asks the newest shard it knows of, all the time.
  let current = log.url;
  let answered = 0;
  const stop = new AbortController();
  const client = (async () => {
    for (; !stop.signal.aborted; answered++) await logEntry(current, hashedRekordBody(signer));
  })();
  const said = await log.run('log', 'rotate', '--url', newUrl, '--freeze-after', '0.2');
  expect(said).toContain(`${newUrl} takes entries from now on`);
  await eventually(async () => {
    await fetch(`${ca.url}/healthz`);
    const { signingConfig } = await trust();
    expect(signingConfig.rekorTlogUrls[0]?.url).toBe(newUrl);
  }, 20_000);
  current = newUrl;

  const frozen = async (): Promise<void> => {
    const answer = await post(log.url, hashedRekordBody(signer));
    expect([answer.status, await answer.text()]).toEqual([
      405,
      'This log has been frozen, please switch to the latest log.\n',
    ]);
  };
  await eventually(frozen, 30_000);
  stop.abort();
  await client;
  expect(answered).toBeGreaterThan(3);

  const { logs } = await getJson<Listed>(`${log.url}/log_list.json`);
  const [old, young] = logs.filter(({ kind }) => kind === 'rekor-v2');
  expect([old?.origin, young?.origin]).toEqual(['localhost', '127.0.0.1']);
  expect(old?.logId).not.toBe(young?.logId);
  expect([typeof old?.validFor.end, young?.validFor.end]).toEqual(['string', undefined]);

  // What was signed on the old shard verifies with the new trust files, and new signatures are on the new shard.
  await verifies(before, data);
  await eventually(async () => {
    await fetch(`${ca.url}/healthz`);
    const { rekorTlogUrls } = (await trust()).signingConfig;
    const open = rekorTlogUrls.filter(({ majorApiVersion }) => majorApiVersion === 2);
    expect(open.map(({ url }) => url)).toEqual([newUrl]);
  }, 30_000);
  const after = await signWith(Buffer.from('made after'));
  await verifies(after, Buffer.from('made after'));
  const keyId = after.verificationMaterial.tlogEntries[0]?.logId?.keyId;
  expect(keyId?.toString('base64')).toBe(young?.logId);
  expect(checkpoint.startsWith('localhost\n')).toBe(true);
}, 120_000);

it('keeps both over a restart: each host its own log, the old one frozen where it was', async () => {
  const heads = async (): Promise<string[]> =>
    Promise.all([log.url, newUrl].map(async (url) => (await fetch(`${url}/checkpoint`)).text()));
  const before = await heads();
  expect(before.map((note) => note.split('\n')[0])).toEqual(['localhost', '127.0.0.1']);
  expect(await log.end('SIGTERM')).toBe(0);
  await log.start();
  expect(await heads()).toEqual(before);
  expect((await post(log.url, hashedRekordBody(signer))).status).toBe(405);
  expect((await post(newUrl, hashedRekordBody(signer))).status).toBe(201);
});

it('is followed to its new shard by the monitor, which verified both to their ends', async () => {
  const sizes = await Promise.all(
    [log.url, newUrl].map(
      async (url) => (await (await fetch(`${url}/checkpoint`)).text()).split('\n')[1] ?? '',
    ),
  );
  await eventually(async () => {
    const rows = await database.sql<{ origin: string; verified_size: bigint; state: string }[]>`
      SELECT origin, verified_size, state FROM monitor_log WHERE kind = 'rekor-v2'`;
    const seen = new Map(rows.map((row) => [row.origin, `${row.verified_size} ${row.state}`]));
    expect([seen.get('localhost'), seen.get('127.0.0.1')]).toEqual(sizes.map((size) => `${size} following`));
    // The monitor reads the trust root once a minute.
  }, 80_000);
  const incidents = await database.sql`SELECT * FROM monitor_incident`;
  expect(incidents).toEqual([]);
}, 100_000);

it('refuses a name that a shard has, and changes nothing on a dry run', async () => {
  await expect(log.run('log', 'rotate', '--url', newUrl)).rejects.toThrow(/2: .*called 127\.0\.0\.1 already/);
  await log.run('log', 'rotate', '--url', 'http://third.example', '--dry-run');
  const { logs } = await getJson<Listed>(`${log.url}/log_list.json`);
  expect(logs.filter(({ kind }) => kind === 'rekor-v2')).toHaveLength(2);
});
