// The Rekor v1 API on a real process and a real PostgreSQL: writes, and every way to read them.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '#lib/encoding/bytes.ts';
import { toPem } from '#lib/encoding/pem.ts';
import { checkTiles } from '#lib/fsck/check-tiles.ts';
import { openTileHead } from '#lib/fsck/open-head.ts';
import { verifyConsistency } from '#lib/merkle/consistency.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { logVerifier } from '#lib/note/log-verifier.ts';
import { openNote } from '#lib/note/signed-note.ts';
import { guardedFetch } from '#lib/server/guarded-fetch.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { bytesOf, hashedRekordBody, logEntry, LogProcess, makeSigner, post } from './log-process.ts';
import {
  base64,
  checkEntryV1,
  hex,
  pem,
  pemOf,
  proposed,
  RekorV1Client,
  signer,
  type LogEntryV1,
} from './rekor-v1-client.ts';

const database = await freshDatabase();
const log = await LogProcess.create(database.url);
const client = new RekorV1Client(log);
let spki: Uint8Array;

beforeAll(async () => {
  await log.start();
  spki = (await log.identity('rekor-v1')).spki;
});
afterAll(() => log.remove());

describe('POST /api/v1/log/entries', () => {
  it('answers with an entry that proves itself, and names it in its headers', async () => {
    const before = Math.floor(Date.now() / 1000);
    const answer = await client.call('/api/v1/log/entries', proposed());
    expect(answer.status).toBe(201);
    const [[id, entry] = ['', undefined]] = Object.entries(
      (await answer.json()) as Record<string, LogEntryV1>,
    );
    expect(id).toMatch(/^[0-9a-f]{80}$/);
    expect(answer.headers.get('etag')).toBe(id);
    expect(answer.headers.get('location')).toBe(`/api/v1/log/entries/${id}`);
    checkEntryV1(entry as LogEntryV1, spki);
    expect(id.slice(16)).toBe(toHex(leafHash(bytesOf(entry?.body ?? ''))));
    expect(entry?.integratedTime).toBeGreaterThanOrEqual(before);
    expect(entry?.integratedTime).toBeLessThanOrEqual(Date.now() / 1000);
  });

  it('keeps the entry in its canonical form, whatever the spelling it came in', async () => {
    const request = proposed();
    const { entry } = await client.create(request);
    const body = JSON.parse(Buffer.from(entry.body, 'base64').toString()) as unknown;
    expect(body).toEqual(request);
    const sloppy = structuredClone(request) as typeof request & { spec: { signature: { format?: string } } };
    sloppy.spec.signature.format = 'x509';
    sloppy.spec.signature.publicKey.content = base64(`\n${pem.replaceAll('\n', '\r\n')}\r\n\r\n`);
    sloppy.spec.data.hash.value = sloppy.spec.data.hash.value.toUpperCase();
    expect((await client.create(sloppy)).entry.body).toBe(entry.body);
  });

  it('gives a repeated entry its first index and time, also after a kill', async () => {
    const request = proposed();
    const first = await client.create(request);
    const parallel = await Promise.all(Array.from({ length: 20 }, () => client.create(request)));
    await log.end('SIGKILL');
    await log.start();
    for (const { id, entry } of [...parallel, await client.create(request)]) {
      checkEntryV1(entry, spki);
      expect(id).toBe(first.id);
      expect([entry.logIndex, entry.integratedTime]).toEqual([
        first.entry.logIndex,
        first.entry.integratedTime,
      ]);
    }
  });

  const other = makeSigner();
  const good = proposed();
  const changed = (path: string, value: unknown): unknown => {
    const copy = structuredClone(good) as never;
    const names = path.split('.');
    const last = names.pop() ?? '';
    names.reduce<Record<string, unknown>>((at, name) => at[name] as never, copy)[last] = value;
    return copy;
  };
  it.each([
    ['nothing', ''],
    ['no object', '[]'],
    ['null', 'null'],
    ['an unknown kind', changed('kind', 'rekord')],
    ['another version', changed('apiVersion', '0.0.2')],
    ['a hash of another length', changed('spec.data.hash.value', 'ab')],
    ['a hash that is not hexadecimal', changed('spec.data.hash.value', 'x'.repeat(64))],
    ['the hash of another message', changed('spec.data.hash.value', 'a'.repeat(64))],
    ['another hash name', changed('spec.data.hash.algorithm', 'md5')],
    ["somebody else's key", changed('spec.signature.publicKey.content', base64(pemOf(other)))],
    ['no PEM', changed('spec.signature.publicKey.content', base64('key'))],
    ['a signature that is not base64', changed('spec.signature.content', '%')],
    ['an empty signature', changed('spec.signature.content', '')],
    ['E17: base64 with a space', changed('spec.signature.content', ` ${good.spec.signature.content}`)],
    ['E17: base64 without its padding', changed('spec.signature.publicKey.content', 'QQ')],
    ['E14: a body nested 100,000 deep', '['.repeat(100_000) + ']'.repeat(100_000)],
    [
      'E16: a prototype in place of fields',
      '{"__proto__":{"kind":"hashedrekord"},"constructor":{"prototype":{}}}',
    ],
    ['E16: a prototype beside the fields', JSON.stringify(good).replace('{', '{"__proto__":{"x":1},')],
    ['E16: a constructor within', JSON.stringify(good).replace('"spec":{', '"spec":{"constructor":{},')],
    ['E15: a name that stands twice', JSON.stringify(good).replace('{', '{"kind":"dsse",')],
    ['E2: two kinds in one', { ...good, kind: ['hashedrekord', 'dsse'] }],
  ])('refuses %s with the error form of this API', async (_, body) => {
    const answer = await client.call('/api/v1/log/entries', body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ code: 400, message: expect.any(String) as unknown });
  });

  it('refuses pure Ed25519, which cannot be checked against a hash, and a body past the limit', async () => {
    const ed25519 = generateKeyPairSync('ed25519');
    const message = randomBytes(8);
    const spki = new Uint8Array(ed25519.publicKey.export({ type: 'spki', format: 'der' }));
    const request = proposed(message, signer, toPem('PUBLIC KEY', spki));
    request.spec.signature.content = base64(sign(null, message, ed25519.privateKey));
    expect((await client.call('/api/v1/log/entries', request)).status).toBe(400);
    const large = await client.call('/api/v1/log/entries', 'x'.repeat(5_000_000));
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ code: 413 });
  });
});

describe('reading', () => {
  it('finds an entry by index and by either form of its id, and says 404 with nothing to what is not there', async () => {
    const { id, entry } = await client.create(proposed());
    for (const path of [`?logIndex=${entry.logIndex}`, `/${id}`, `/${id.slice(16)}`]) {
      const found = (await (await client.call(`/api/v1/log/entries${path}`)).json()) as Record<
        string,
        LogEntryV1
      >;
      expect(Object.keys(found)).toEqual([id]);
      checkEntryV1(found[id] as LogEntryV1, spki);
      expect(found[id]).toMatchObject({ body: entry.body, integratedTime: entry.integratedTime });
    }
    for (const path of ['?logIndex=999999', `/${'0'.repeat(64)}`, `/${'1'.repeat(16)}${id.slice(16)}`]) {
      const missing = await client.call(`/api/v1/log/entries${path}`);
      expect([missing.status, await missing.text()]).toEqual([404, '']);
    }
    for (const path of ['?logIndex=-1', '?logIndex=1e3', '', `/${id.slice(1)}`, '/x']) {
      expect((await client.call(`/api/v1/log/entries${path}`)).status).toBe(400);
    }
  });

  it('retrieves up to ten at once, by any of the three ways, leaving out what is not there', async () => {
    const request = proposed();
    const one = await client.create(request);
    const two = await client.create(proposed());
    for (const path of ['/api/v1/log/entries/retrieve', '/api/v1/log/entries/retrieve/']) {
      const answer = await client.call(path, {
        entryUUIDs: [two.id, '0'.repeat(64)],
        logIndexes: [one.entry.logIndex, 999_999],
        entries: [request],
      });
      const found = (await answer.json()) as Record<string, LogEntryV1>[];
      expect(found.flatMap((each) => Object.keys(each))).toEqual([two.id, one.id, one.id]);
    }
    const logIndexes = Array.from({ length: 11 }, (_, at) => at);
    expect((await client.call('/api/v1/log/entries/retrieve', { logIndexes })).status).toBe(422);
  });

  it('states the log, its key, and proofs between sizes', async () => {
    const size = async () =>
      (await (await client.call('/api/v1/log')).json()) as {
        rootHash: string;
        treeSize: number;
        treeID: string;
        signedTreeHead: string;
      };
    const before = await size();
    await client.create(proposed());
    await client.create(proposed());
    const after = await size();
    expect(after).toMatchObject({ inactiveShards: [], treeSize: before.treeSize + 2 });
    expect(openNote(after.signedTreeHead, [logVerifier('localhost', spki)]).text).toContain(
      `localhost - ${after.treeID}\n`,
    );
    const query = `firstSize=${before.treeSize}&lastSize=${after.treeSize}&treeID=${after.treeID}`;
    const { hashes, rootHash } = (await (await client.call(`/api/v1/log/proof?${query}`)).json()) as {
      hashes: string[];
      rootHash: string;
    };
    const claim = {
      oldSize: BigInt(before.treeSize),
      oldRoot: hex(before.rootHash),
      newSize: BigInt(after.treeSize),
      newRoot: hex(rootHash),
      proof: hashes.map(hex),
    };
    expect(verifyConsistency(claim)).toBe(true);
    const key = await client.call(`/api/v1/log/publicKey?treeID=${after.treeID}`);
    expect(key.headers.get('content-type')).toBe('application/x-pem-file');
    expect(await key.text()).toBe(toPem('PUBLIC KEY', spki));
  });

  it.each([
    '/api/v1/log/publicKey?treeID=1',
    '/api/v1/log/publicKey?treeID=x',
    '/api/v1/log/proof',
    '/api/v1/log/proof?lastSize=1000000',
    '/api/v1/log/proof?firstSize=2&lastSize=1',
    '/api/v1/log/proof?firstSize=0&lastSize=1',
    '/api/v1/log/proof?lastSize=9223372036854775808',
  ])('refuses %s', async (path) => {
    expect((await client.call(path)).status).toBe(400);
  });

  it('serves the same tree as tiles, of which every hash is right', async () => {
    await Promise.all(Array.from({ length: 300 }, () => client.create(proposed())));
    const fetch = guardedFetch(`${log.url}/rekor-v1`);
    const head = await openTileHead(fetch, [logVerifier('localhost', spki)]);
    expect(head.size).toBeGreaterThan(300n);
    await checkTiles(fetch, head, { parallel: 4 });
  });
});

describe('LOG_DUPLICATES=conflict', () => {
  it('refuses what the log has, and says where it is, as other logs do', async () => {
    await log.end('SIGTERM');
    log.set({ LOG_DUPLICATES: 'conflict' });
    await log.start();
    const request = proposed();
    const { id } = await client.create(request);
    const again = await client.call('/api/v1/log/entries', request);
    expect([again.status, again.headers.get('location')]).toEqual([409, `/api/v1/log/entries/${id}`]);
    expect(await again.json()).toEqual({
      code: 409,
      message: `an equivalent entry already exists in the transparency log with UUID ${id}`,
    });
    const body = hashedRekordBody(signer);
    const { logIndex } = await logEntry(log.url, body);
    const conflict = await post(log.url, body);
    expect([conflict.status, conflict.headers.get('x-log-index')]).toEqual([409, logIndex]);
    expect(await conflict.json()).toMatchObject({
      code: 6,
      message: `an equivalent entry already exists in the transparency log with index ${logIndex}`,
    });
  });
});
