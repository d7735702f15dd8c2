/**
 * New shards under load: `sigwatch log rotate`, the trust files follow, sigstore's own packages sign and verify before
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
import { bytesOf, hashedRekordBody, logEntry, LogProcess, makeSigner, post } from './log-process.ts';
import { checkEntryV1, proposed, RekorV1Client, type LogEntryV1 } from './rekor-v1-client.ts';

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
  monitor = await runMonitor(database, { trustUrl: ca.url, pollMs: 250, trustEveryMs: 1_000 });
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
    publicKey: string;
    validFor: { start: string; end?: string };
  }[];
}

/** Hurries the authority, which looks at the log's list now and then. */
async function trustSoon(check: (trusted: Awaited<ReturnType<typeof trust>>) => void): Promise<void> {
  await eventually(async () => {
    await fetch(`${ca.url}/healthz`);
    check(await trust());
  }, 30_000);
}

async function listed(kind: string): Promise<Listed['logs']> {
  return (await getJson<Listed>(`${log.url}/log_list.json`)).logs.filter((one) => one.kind === kind);
}

const rotate = (...args: string[]): Promise<string> =>
  log.run('log', 'rotate', '--freeze-after', '0.1', ...args);

it('opens a new shard, freezes the old one, and nobody who follows the trust files notices', async () => {
  const data = Buffer.from('made before');
  const before = await signWith(data);
  await verifies(before, data);

  // A client that asks the newest shard it knows of, all the time.
  let current = log.url;
  let answered = 0;
  const stop = new AbortController();
  const client = (async () => {
    for (; !stop.signal.aborted; answered++) await logEntry(current, hashedRekordBody(signer));
  })();
  expect(await rotate('--url', newUrl)).toContain(`${newUrl} takes entries from now on`);
  await trustSoon(({ signingConfig }) => expect(signingConfig.rekorTlogUrls[0]?.url).toBe(newUrl));
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

  const [old, young] = await listed('rekor-v2');
  expect([old?.origin, young?.origin]).toEqual(['localhost', '127.0.0.1']);
  expect(old?.logId).not.toBe(young?.logId);
  expect([typeof old?.validFor.end, young?.validFor.end]).toEqual(['string', undefined]);

  // What was signed on the old shard verifies with the new trust files, and new signatures are on the new shard.
  await verifies(before, data);
  await trustSoon(({ signingConfig: { rekorTlogUrls } }) => {
    const open = rekorTlogUrls.filter(({ majorApiVersion }) => majorApiVersion === 2);
    expect(open.map(({ url }) => url)).toEqual([newUrl]);
  });
  const after = await signWith(Buffer.from('made after'));
  await verifies(after, Buffer.from('made after'));
  const keyId = after.verificationMaterial.tlogEntries[0]?.logId?.keyId;
  expect(keyId?.toString('base64')).toBe(young?.logId);
}, 120_000);

it('lets a tree of Rekor v1 give way to the next: no write is refused, and indexes go on counting', async () => {
  const v1 = new RekorV1Client(log);
  // A second process, which hands over what it is sent, changes over with the first.
  const second = await LogProcess.create(database.url, ca.url, log.dataDir);
  await second.start();
  const askable = [v1, new RekorV1Client(second)];
  const request = proposed();
  const first = await v1.create(request);
  const made: { id: string; entry: LogEntryV1 }[] = [];
  const stop = new AbortController();
  const clients = [...askable, ...askable].map(async (client) => {
    while (!stop.signal.aborted) made.push(await client.create(proposed()));
  });
  expect(await rotate('--kind', 'rekor-v1')).toContain('rekor-v1-2 takes entries');
  const info = async () =>
    getJson<{ treeID: string; treeSize: number; inactiveShards: { treeID: string; treeSize: number }[] }>(
      `${log.url}/api/v1/log`,
    );
  const tree = first.id.slice(0, 16);
  await eventually(async () => expect((await info()).inactiveShards).toHaveLength(1), 30_000);
  await eventually(() => expect(made.some(({ id }) => !id.startsWith(tree))).toBe(true));
  stop.abort();
  await Promise.all(clients);

  const keys = new Map((await listed('rekor-v1')).map((one) => [keyOf(one), bytesOf(one.publicKey)]));
  for (const { entry } of [first, ...made]) checkEntryV1(entry, keys.get(entry.logID) ?? new Uint8Array());
  const { inactiveShards, treeSize } = await info();
  expect(inactiveShards[0]?.treeID).toBe(`${BigInt(`0x${tree}`)}`);
  expect((inactiveShards[0]?.treeSize ?? 0) + treeSize).toBe(made.length + 1);
  const indexes = [first, ...made].map(({ entry }) => entry.logIndex).sort((a, b) => a - b);
  expect(indexes).toEqual(indexes.map((_, at) => at));
  // Read and sent again, an entry of the old tree is what it was.
  const again = await v1.create(request);
  expect([again.id, again.entry.logIndex, again.entry.body]).toEqual([first.id, 0, first.entry.body]);
  const elsewhere = await askable[1]?.create(request);
  expect([elsewhere?.id, elsewhere?.entry.logIndex]).toEqual([first.id, 0]);
  await second.end('SIGTERM');
  for (const { id, entry } of made.slice(-3)) {
    const byIndex = await getJson(`${log.url}/api/v1/log/entries?logIndex=${entry.logIndex}`);
    expect(Object.keys(byIndex as object)).toEqual([id]);
  }
  for (const { treeID } of [...inactiveShards, await info()]) {
    const note = await (await fetch(`${log.url}/rekor-v1/${treeID}/checkpoint`)).text();
    expect(note.split('\n')[0]).toBe(`localhost - ${treeID}`);
  }
  await trustSoon(({ signingConfig: { rekorTlogUrls }, trustedRoot: { tlogs } }) => {
    expect(rekorTlogUrls.filter(({ majorApiVersion }) => majorApiVersion === 1)).toHaveLength(1);
    expect(tlogs.map(({ logId }) => logId?.keyId.toString('hex'))).toEqual(
      expect.arrayContaining([...keys.keys()]),
    );
  });
}, 120_000);

it('gives the certificates a log of their own again: the authority follows, old certificates verify', async () => {
  const data = Buffer.from('certified before');
  const before = await signWith(data);
  // Long enough to sign before a third of it has passed.
  const said = await log.run('log', 'rotate', '--kind', 'ct', '--freeze-after', '0.3');
  expect(said).toContain('/ct-2 takes entries from now on');
  const [, young] = await listed('ct');
  await trustSoon(({ trustedRoot: { ctlogs } }) => expect(ctlogs).toHaveLength(2));
  const sth = `${young?.baseUrl}/ct/v1/get-sth`;
  // Whoever read the trust files a moment ago does not know the new shard: it waits for them.
  await verifies(await signWith(data), data);
  expect(await getJson(sth)).toMatchObject({ tree_size: 0 });
  await eventually(async () => {
    await signWith(data);
    expect(await getJson(sth)).toMatchObject({ tree_size: 1 });
  }, 30_000);
  const after = await signWith(Buffer.from('certified after'));
  await verifies(after, Buffer.from('certified after'));
  await verifies(before, data);
  expect(await getJson(sth)).toMatchObject({ tree_size: 2 });
  const write = (base = '') => fetch(`${base}/ct/v1/add-pre-chain`, { method: 'POST', body: '{}' });
  await eventually(async () => expect((await write(log.url)).status).toBe(405), 30_000);
  expect((await write(young?.baseUrl)).status).toBe(400);
  await verifies(await signWith(data), data);
}, 120_000);

it('keeps every shard over a restart, and the old ones frozen where they were', async () => {
  const heads = async (): Promise<string[]> =>
    Promise.all(
      [`${log.url}/checkpoint`, `${newUrl}/checkpoint`, `${log.url}/api/v1/log`].map(async (url) =>
        (await fetch(url)).text(),
      ),
    );
  const before = await heads();
  expect(before.slice(0, 2).map((note) => note.split('\n')[0])).toEqual(['localhost', '127.0.0.1']);
  expect(await log.end('SIGTERM')).toBe(0);
  await log.start();
  expect(await heads()).toEqual(before);
  expect((await post(log.url, hashedRekordBody(signer))).status).toBe(405);
  expect((await post(newUrl, hashedRekordBody(signer))).status).toBe(201);
  expect((await new RekorV1Client(log).create(proposed())).entry.logIndex).toBeGreaterThan(1);
});

it('is followed to its new shards by the monitor, which verified all of them to their ends', async () => {
  await eventually(async () => {
    const rows = await database.sql<{ kind: string; origin: string; verified_size: bigint; state: string }[]>`
      SELECT kind, origin, verified_size, state FROM monitor_log ORDER BY kind, verified_size`;
    const sizes = await database.sql<{ size: bigint }[]>`SELECT size FROM log_head`;
    expect(rows.map(({ kind }) => kind)).toEqual([
      'ct',
      'ct',
      'rekor-v1',
      'rekor-v1',
      'rekor-v2',
      'rekor-v2',
    ]);
    const inOrder = (all: { toString(): string }[]): string[] => all.map(String).sort();
    expect(inOrder(rows.map((row) => row.verified_size))).toEqual(inOrder(sizes.map(({ size }) => size)));
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['following']));
  }, 30_000);
  expect(await database.sql`SELECT * FROM monitor_incident`).toEqual([]);
}, 60_000);

it('refuses a name that a shard has, and changes nothing on a dry run', async () => {
  await expect(log.run('log', 'rotate', '--url', newUrl)).rejects.toThrow(/2: .*called 127\.0\.0\.1 already/);
  await expect(log.run('log', 'rotate', '--url', 'notaurl')).rejects.toThrow(
    /sigwatch: --url is not an address that begins with http/,
  );
  await log.run('log', 'rotate', '--url', 'http://third.example', '--dry-run');
  expect(await listed('rekor-v2')).toHaveLength(2);
});

/** As an entry of Rekor v1 names its log. */
function keyOf({ logId }: { logId: string }): string {
  return Buffer.from(logId, 'base64').toString('hex');
}
