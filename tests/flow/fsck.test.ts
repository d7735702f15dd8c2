// `sigwatch fsck` as a person runs it, against logs served over HTTP.
import { execFile } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concat, utf8 } from '#lib/encoding/bytes.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { formatEntryBundle, tilesBetween } from '#lib/merkle/tile.ts';
import { tilePath } from '#lib/merkle/tile-path.ts';
import { formatCheckpoint } from '#lib/note/checkpoint.ts';
import { ed25519LogId } from '#lib/note/key-id.ts';
import { signNote } from '#lib/note/signed-note.ts';
import { formatVerifierKey } from '#lib/note/verifier-key.ts';
import { toPem } from '#lib/encoding/pem.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { hashedRekordBody, logEntry, LogProcess, makeSigner } from './log-process.ts';
import { proposed, RekorV1Client } from './rekor-v1-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-fsck-'));
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

const keys = generateKeyPairSync('ed25519');
const spki = Uint8Array.from(keys.publicKey.export({ type: 'spki', format: 'der' }));
const raw = spki.subarray(-32);
const vkey = formatVerifierKey({
  name: 'log.example',
  keyId: ed25519LogId('log.example', raw).slice(0, 4),
  type: 'ed25519',
  key: raw,
});

function makeLog(size: number, name = 'log.example'): Map<string, Uint8Array> {
  const entries = Array.from({ length: size }, (_, at) => utf8(`entry ${at}`));
  const range = CompactRange.empty();
  const nodes = new Map<string, Uint8Array>();
  for (const entry of entries) {
    range.append(leafHash(entry), (level, index, hash) => nodes.set(`${level}/${index}`, hash));
  }
  const files = new Map<string, Uint8Array>();
  for (const tile of tilesBetween(0n, BigInt(size))) {
    const row = Array.from({ length: tile.width }, (_, at) =>
      nodes.get(`${Number(tile.level) * 8}/${tile.index * 256n + BigInt(at)}`),
    );
    files.set(tilePath(tile), concat(...row.map((hash) => hash ?? new Uint8Array(0))));
    if (tile.level !== 0) continue;
    const first = Number(tile.index) * 256;
    files.set(
      tilePath({ ...tile, level: 'entries' }),
      formatEntryBundle(entries.slice(first, first + tile.width)),
    );
  }
  const text = formatCheckpoint({ origin: name, size: BigInt(size), root: range.root() });
  const signer = {
    name,
    keyId: ed25519LogId(name, raw).slice(0, 4),
    sign: (message: Uint8Array) => Uint8Array.from(sign(null, message, keys.privateKey)),
  };
  files.set('checkpoint', utf8(signNote(text, [signer])));
  return files;
}

async function serve(answer: (path: string) => Uint8Array | number): Promise<string> {
  const server = createServer((request, response) => {
    const found = answer((request.url ?? '').slice(1));
    if (typeof found === 'number') response.writeHead(found).end();
    else response.writeHead(200).end(found);
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function fsck(...args: string[]): Promise<Ran> {
  const command = ['--import', 'tsx', 'lib/cli/main.ts', 'fsck', ...args];
  return new Promise((done) => {
    execFile(process.execPath, command, { cwd: join(import.meta.dirname, '../..') }, (error, out, err) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

const log = makeLog(600);
const files = (path: string) => log.get(path) ?? 404;

describe('sigwatch fsck', () => {
  it('says that a sound log is clean, given its verifier key', async () => {
    const { code, out, err } = await fsck(await serve(files), '--key', vkey);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('CLEAN') as unknown });
    expect(err).toContain('600 entries, signature verified');
  });

  it('takes the key from a trusted root that lists the log at its address', async () => {
    let served = makeLog(300, '127.0.0.1');
    const url = await serve((path) => {
      const publicKey = {
        rawBytes: toBase64(spki),
        keyDetails: 'PKIX_ED25519',
        validFor: { start: '2026-01-01T00:00:00Z' },
      };
      const hostId = toBase64(ed25519LogId('127.0.0.1', raw));
      const tlog = { baseUrl: url, hashAlgorithm: 'SHA2_256', publicKey, logId: { keyId: hostId } };
      const mediaType = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';
      return path === 'root.json'
        ? utf8(JSON.stringify({ mediaType, tlogs: [tlog] }))
        : (served.get(path) ?? 404);
    });
    expect(await fsck(url, '--trusted-root', `${url}/root.json`)).toMatchObject({
      code: 0,
      err: expect.stringContaining('signature verified') as unknown,
    });
    served = log;
    const listed = await fsck(url, '--trusted-root', `${url}/root.json`, '--json');
    // Now the log signs with the same key, as another log than the one listed.
    expect({ code: listed.code, fault: (JSON.parse(listed.out) as { fault: unknown }).fault }).toMatchObject({
      code: 1,
      fault: { artefact: 'checkpoint', problem: 'unknown-key' },
    });
    const elsewhere = await fsck('http://127.0.0.1:9', '--trusted-root', `${url}/root.json`);
    expect(elsewhere).toMatchObject({
      code: 2,
      err: expect.stringContaining('lists no such log') as unknown,
    });
  });

  it('names the fault with exit code 1, for people and for programs', async () => {
    const damaged = Uint8Array.from(log.get('tile/0/001') ?? []);
    damaged[64] = (damaged[64] ?? 0) ^ 1;
    const url = await serve((path) => (path === 'tile/0/001' ? damaged : files(path)));
    const told = await fsck(url, '--key', vkey);
    expect(told).toMatchObject({ code: 1, out: expect.stringContaining('tile/0/001, hash 2 ') as unknown });
    const json = await fsck(url, '--key', vkey, '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({
      clean: false,
      size: '600',
      fault: { artefact: 'tile', path: 'tile/0/001', hash: 2, index: '258' },
    });
  });

  it('refuses a checkpoint with one changed bit in its signature, unless told not to look', async () => {
    const note = Buffer.from(log.get('checkpoint') ?? []).toString();
    const forged = note.replace(
      /(.)(.{4}=*\n)$/,
      (_, at: string, rest: string) => (at === 'A' ? 'B' : 'A') + rest,
    );
    const url = await serve((path) => (path === 'checkpoint' ? utf8(forged) : files(path)));
    const refused = await fsck(url, '--key', vkey, '--json');
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.out)).toMatchObject({
      signature: 'not verified',
      fault: { problem: 'signature' },
    });
    const unsigned = await fsck(url, '--unsigned', '--json');
    expect(unsigned.code).toBe(0);
    expect(JSON.parse(unsigned.out)).toMatchObject({ signature: 'not checked', clean: true });
  });

  it('asks again when the log stumbles, and gives up with exit code 3 when it stays away', async () => {
    let stumbles = 2;
    const url = await serve((path) => (path === 'tile/0/001' && stumbles-- > 0 ? 503 : files(path)));
    expect(await fsck(url, '--key', vkey)).toMatchObject({ code: 0 });
    const gone = await serve((path) => (path === 'tile/0/001' ? 503 : files(path)));
    const state = join(folder, 'state.json');
    const args = ['--key', vkey, '--patience', '0', '--parallel', '1', '--state', state];
    const stopped = await fsck(gone, ...args);
    expect(stopped).toMatchObject({
      code: 3,
      out: expect.stringContaining('UNFINISHED after 256') as unknown,
    });
    expect(JSON.parse(readFileSync(state, 'utf8'))).toMatchObject({ log: gone, done: '256' });
    expect((await fsck(await serve(files), ...args)).err).toContain('of another log');
  });

  it('says what is wrong with the question, with exit code 2', async () => {
    expect((await fsck('ftp://x', '--key', vkey)).code).toBe(2);
    expect((await fsck('http://127.0.0.1:9', '--key', vkey.replace('+', '+0'))).code).toBe(2);
    expect((await fsck('http://127.0.0.1:9', '--key', vkey, '--parallel', '0')).code).toBe(2);
  });
});

const vectors = join(import.meta.dirname, '../../../shared/vectors/tiles');
it.skipIf(!existsSync(vectors))('passes a foreign log with its own key (../shared/vectors)', async () => {
  const url = await serve((path) =>
    existsSync(join(vectors, path)) ? readFileSync(join(vectors, path)) : 404,
  );
  const key = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';
  expect(await fsck(url, '--key', key)).toMatchObject({
    code: 0,
    out: expect.stringContaining('CLEAN') as unknown,
  });
});

describe('the logs of this project', async () => {
  const database = await freshDatabase();
  const own = await LogProcess.create(database.url);
  const keyFile = async (kind: 'rekor-v2' | 'rekor-v1' | 'ct'): Promise<string> => {
    const file = join(folder, `${kind}.pem`);
    writeFileSync(file, toPem('PUBLIC KEY', (await own.identity(kind)).spki));
    return file;
  };
  let id = '';
  beforeAll(async () => {
    await own.start();
    id = Buffer.from((await own.identity('rekor-v2')).logId, 'base64').toString('hex');
    const signer = makeSigner();
    const v1 = new RekorV1Client(own);
    await Promise.all(Array.from({ length: 300 }, () => logEntry(own.url, hashedRekordBody(signer))));
    await Promise.all(Array.from({ length: 260 }, () => v1.create(proposed())));
  });
  afterAll(() => own.remove());

  it.each([
    ['', 'rekor-v2', '300'],
    ['/api/v2', 'rekor-v2', '300'],
    ['/rekor-v1', 'rekor-v1', '260'],
    ['', 'ct', '0'],
    ['/ct', 'ct', '0'],
  ] as const)('are clean at %j, %s', async (path, kind, size) => {
    const args = ['--key', await keyFile(kind), '--json', ...(kind === 'ct' ? ['--kind', 'ct'] : [])];
    const { code, out } = await fsck(`${own.url}${path}`, ...args);
    expect(JSON.parse(out)).toMatchObject({ clean: true, signature: 'verified', size, checked: size });
    expect(code).toBe(0);
  });

  it('are not clean with one changed byte on the disk, which is named', async () => {
    await own.end('SIGTERM');
    const tile = join(own.dataDir, 'log', id, 'published/tile/0/000');
    const bytes = readFileSync(tile);
    bytes[32 * 100] = (bytes[32 * 100] ?? 0) ^ 1;
    writeFileSync(tile, bytes);
    await own.start();
    const { code, out } = await fsck(own.url, '--key', await keyFile('rekor-v2'), '--json');
    expect(JSON.parse(out)).toMatchObject({
      fault: { artefact: 'tile', path: 'tile/0/000', hash: 100, index: '100' },
    });
    expect(code).toBe(1);
  });
});
