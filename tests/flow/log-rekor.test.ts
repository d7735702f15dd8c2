// The Rekor v2 log over HTTP, as its clients use it, on a real process and a real PostgreSQL.
import 'reflect-metadata';
import { createHash, generateKeyPairSync, KeyObject, randomBytes, sign } from 'node:crypto';
import { ed25519ph } from '@noble/curves/ed25519.js';
import * as x509 from '@peculiar/x509';
import { DSSEBundleBuilder, MessageSignatureBundleBuilder, RekorWitness, type Signer } from '@sigstore/sign';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concat, fromUtf8, utf8 } from '#lib/encoding/bytes.ts';
import { bitString, oid, sequence } from '#lib/encoding/der-writer.ts';
import { toPem } from '#lib/encoding/pem.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { parseEntryBundle } from '#lib/merkle/tile.ts';
import { tilePath } from '#lib/merkle/tile-path.ts';
import { parseCheckpoint } from '#lib/note/checkpoint.ts';
import { openNote } from '#lib/note/signed-note.ts';
import { parseHashedRekord } from '#lib/rekor/hashedrekord.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import {
  bytesOf,
  checkEntry,
  hashedRekordBody,
  logEntry,
  LogProcess,
  makeSigner,
  post,
  type TransparencyLogEntry,
} from './log-process.ts';

const database = await freshDatabase();
const log = await LogProcess.create(database.url);
const signer = makeSigner();
beforeAll(() => log.start());
afterAll(() => log.remove());

const readBytes = async (path: string): Promise<Uint8Array> =>
  new Uint8Array(await (await fetch(`${log.url}/${path}`)).arrayBuffer());

describe('a write', () => {
  it('is answered with a proof against a checkpoint the log signed, and fields every client wants', async () => {
    const { verifier, logId } = await log.identity('rekor-v2');
    const entry = await logEntry(log.url, hashedRekordBody(signer));
    checkEntry(entry, verifier);
    expect(verifier.name).toBe('localhost');
    expect(entry).toMatchObject({
      logId: { keyId: logId },
      kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
      integratedTime: '0',
      inclusionPromise: null,
    });
    expect(parseHashedRekord(bytesOf(entry.canonicalizedBody)).keyDetails).toBe('PKIX_ECDSA_P256_SHA_256');
  });

  it('takes snake case, url-safe base64 without padding, and an enum by number', async () => {
    const message = randomBytes(8);
    const unpadded = (bytes: Buffer): string => bytes.toString('base64url');
    const entry = await logEntry(log.url, {
      hashed_rekord_request_v002: {
        digest: unpadded(createHash('sha256').update(message).digest()),
        signature: {
          content: unpadded(sign('sha256', message, signer.privateKey)),
          verifier: {
            public_key: { raw_bytes: unpadded(signer.spki) },
            x509_certificate: null,
            key_details: 5,
          },
        },
      },
    });
    expect(parseHashedRekord(bytesOf(entry.canonicalizedBody)).verifier.bytes).toEqual(
      new Uint8Array(signer.spki),
    );
  });

  it.each([
    ['P-384', 'sha384', 'PKIX_ECDSA_P384_SHA_384'],
    ['P-521', 'sha512', 'PKIX_ECDSA_P521_SHA_512'],
  ])('takes %s keys with their own hash', async (curve, hash, keyDetails) => {
    const { verifier } = await log.identity('rekor-v2');
    const { privateKey, spki } = makeSigner(curve);
    const message = randomBytes(8);
    const body = {
      digest: createHash(hash).update(message).digest('base64'),
      signature: {
        content: sign(hash, message, privateKey).toString('base64'),
        verifier: { publicKey: { rawBytes: spki.toString('base64') }, keyDetails },
      },
    };
    checkEntry(await logEntry(log.url, { hashedRekordRequestV002: body }), verifier);
  });
});

describe('a write by every other kind of key', () => {
  const request = (digest: Buffer, content: Uint8Array, material: object, keyDetails: string): object => ({
    hashedRekordRequestV002: {
      digest: digest.toString('base64'),
      signature: { content: Buffer.from(content).toString('base64'), verifier: { ...material, keyDetails } },
    },
  });

  it('a certificate is stored as it came, whoever issued it', async () => {
    const { publicKey, privateKey } = await crypto.subtle.generateKey(
      { name: 'ECDSA', namedCurve: 'P-256' },
      true,
      ['sign', 'verify'],
    );
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      keys: { publicKey, privateKey },
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      extensions: [new x509.BasicConstraintsExtension(false)],
    });
    const message = randomBytes(8);
    const rawBytes = Buffer.from(certificate.rawData);
    const content = sign('sha256', message, KeyObject.from(privateKey));
    const digest = createHash('sha256').update(message).digest();
    const material = { x509Certificate: { rawBytes: rawBytes.toString('base64') } };
    const entry = await logEntry(log.url, request(digest, content, material, 'PKIX_ECDSA_P256_SHA_256'));
    checkEntry(entry, (await log.identity('rekor-v2')).verifier);
    const { verifier } = parseHashedRekord(bytesOf(entry.canonicalizedBody));
    expect(verifier).toEqual({ kind: 'certificate', bytes: new Uint8Array(rawBytes) });
  });

  it('RSA with PKCS #1 v1.5', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rawBytes = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const message = randomBytes(8);
    const digest = createHash('sha256').update(message).digest();
    const name = 'PKIX_RSA_PKCS1V15_2048_SHA256';
    const body = request(digest, sign('sha256', message, privateKey), { publicKey: { rawBytes } }, name);
    checkEntry(await logEntry(log.url, body), (await log.identity('rekor-v2')).verifier);
  });

  it('Ed25519ph', async () => {
    const { secretKey, publicKey } = ed25519ph.keygen();
    const spki = sequence(sequence(oid('1.3.101.112')), bitString(publicKey));
    const message = randomBytes(8);
    const digest = createHash('sha512').update(message).digest();
    const material = { publicKey: { rawBytes: Buffer.from(spki).toString('base64') } };
    const body = request(digest, ed25519ph.sign(message, secretKey), material, 'PKIX_ED25519_PH');
    checkEntry(await logEntry(log.url, body), (await log.identity('rekor-v2')).verifier);
  });
});

describe('sigstore-js', () => {
  // It puts whatever key material it has under x509Certificate, PEM armour off.
  const keySigner: Signer = {
    sign: async (data) => ({
      signature: sign('sha256', data, signer.privateKey),
      key: { $case: 'publicKey', publicKey: toPem('PUBLIC KEY', new Uint8Array(signer.spki)) },
    }),
  };
  const witness = new RekorWitness({ rekorBaseURL: log.url, majorApiVersion: 2 });

  it('logs a message signature by a bare public key', async () => {
    const { verifier } = await log.identity('rekor-v2');
    const builder = new MessageSignatureBundleBuilder({ signer: keySigner, witnesses: [witness] });
    const bundle = await builder.create({ data: Buffer.from('an artifact') });
    const [entry] = bundle.verificationMaterial.tlogEntries;
    const body = parseHashedRekord(new Uint8Array(entry?.canonicalizedBody ?? []));
    expect(body.verifier.kind).toBe('publicKey');
    expect(openNote(entry?.inclusionProof?.checkpoint?.envelope ?? '', [verifier]).verifiedBy).toHaveLength(
      1,
    );
  });

  it('logs an envelope, as the digest of what its signature is over', async () => {
    const builder = new DSSEBundleBuilder({ signer: keySigner, witnesses: [witness] });
    const bundle = await builder.create({ data: Buffer.from('{}'), type: 'application/vnd.in-toto+json' });
    const [entry] = bundle.verificationMaterial.tlogEntries;
    const body = parseHashedRekord(new Uint8Array(entry?.canonicalizedBody ?? []));
    const encoding = 'DSSEv1 28 application/vnd.in-toto+json 2 {}';
    expect(entry?.kindVersion).toEqual({ kind: 'hashedrekord', version: '0.0.2' });
    expect(Buffer.from(body.digest)).toEqual(createHash('sha256').update(encoding).digest());
  });
});

describe('a bad request is refused, with its reason, and nothing is logged:', () => {
  const good = hashedRekordBody(signer, Buffer.from('fixed'));
  const changed = (change: (request: Record<string, never>) => void): unknown => {
    const copy = structuredClone(good) as Record<string, Record<string, never>>;
    change(copy['hashedRekordRequestV002'] ?? {});
    return copy;
  };
  const set = (path: string, value: unknown) =>
    changed((request) => {
      const names = path.split('.');
      const last = names.pop() ?? '';
      const parent = names.reduce<Record<string, unknown>>((at, name) => at[name] as never, request);
      parent[last] = value;
    });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  const rsaSpki = rsa.export({ type: 'spki', format: 'der' }).toString('base64');

  it.each([
    ['not JSON', '{', /not JSON/],
    ['another request', {}, /exactly one of/],
    ['two requests', { ...good, dsseRequestV002: {} }, /exactly one of/],
    ['an unknown field', set('extra', 1), /Unrecognized key/i],
    ['an unknown field inside', set('signature.verifier.hint', 'x'), /Unrecognized key/i],
    ['no digest', set('digest', ''), /digest/],
    ['bad base64', set('digest', '!'), /digest/],
    [
      'E15: a name that stands twice',
      '{"hashedRekordRequestV002":{},"hashedRekordRequestV002":{}}',
      /every name stands once/,
    ],
    ['two verifiers', set('signature.verifier.x509Certificate', { rawBytes: 'MAA=' }), /one of publicKey/],
    ['no verifier', set('signature.verifier.publicKey', undefined), /one of publicKey/],
    ['a key that is none', set('signature.verifier.publicKey.rawBytes', 'MAA='), /not a public key/],
    ['an unknown algorithm', set('signature.verifier.keyDetails', 'PKIX_ED25519'), /names no algorithm/],
    [
      'keyDetails of another key',
      set('signature.verifier.keyDetails', 'PKIX_ECDSA_P384_SHA_384'),
      /not one of/,
    ],
    [
      'RSA of another size',
      set('signature.verifier', { publicKey: { rawBytes: rsaSpki }, keyDetails: 10 }),
      /not one/,
    ],
    [
      'a digest of another length',
      set('digest', Buffer.alloc(48).toString('base64')),
      /digest is not SHA-256/,
    ],
    [
      'a signature over something else',
      set('digest', Buffer.alloc(32).toString('base64')),
      /does not verify/,
    ],
    [
      'an envelope without signatures',
      { dsseRequestV002: { envelope: { signatures: [] }, verifiers: [] } },
      /exactly one/,
    ],
  ])('%s', async (_, body, reason) => {
    const before = await (await fetch(`${log.url}/checkpoint`)).text();
    const answer = await post(log.url, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ code: 3, message: expect.stringMatching(reason), details: [] });
    expect(await (await fetch(`${log.url}/checkpoint`)).text()).toBe(before);
  });

  it('a body over 4 MiB, before it is parsed', async () => {
    const answer = await post(log.url, `"${'x'.repeat(4 * 1024 * 1024)}"`);
    expect(answer.status).toBe(413);
  });
});

describe('a duplicate', () => {
  it('is a success with the first index and a proof in the tree of today', async () => {
    const { verifier } = await log.identity('rekor-v2');
    const body = hashedRekordBody(signer);
    const first = await logEntry(log.url, body);
    const between = await logEntry(log.url, hashedRekordBody(signer));
    const again = await logEntry(log.url, body);
    checkEntry(again, verifier);
    expect(again.logIndex).toBe(first.logIndex);
    expect(again.canonicalizedBody).toBe(first.canonicalizedBody);
    expect(BigInt(again.inclusionProof.treeSize)).toBeGreaterThanOrEqual(
      BigInt(between.inclusionProof.treeSize),
    );
  });

  it('is one entry when many come at once', async () => {
    const { verifier } = await log.identity('rekor-v2');
    const body = hashedRekordBody(signer);
    const answers = await Promise.all(Array.from({ length: 20 }, () => logEntry(log.url, body)));
    for (const entry of answers) checkEntry(entry, verifier);
    expect(new Set(answers.map((entry) => entry.logIndex)).size).toBe(1);
  });
});

describe('the reads', () => {
  it('give back every entry, tile and size around a full tile, all under one root', async () => {
    const { verifier } = await log.identity('rekor-v2');
    let size = 0n;
    const entries: TransparencyLogEntry[] = [];
    while (size < 515n) {
      const some = Array.from({ length: size < 250n || size > 262n ? 40 : 1 }, () =>
        hashedRekordBody(signer),
      );
      entries.push(...(await Promise.all(some.map((body) => logEntry(log.url, body)))));
      const note = openNote(await (await fetch(`${log.url}/checkpoint`)).text(), [verifier]);
      const checkpoint = parseCheckpoint(note.text);
      size = checkpoint.size;
      const range = CompactRange.empty();
      for (let index = 0n; index * 256n < size; index++) {
        const width = Number(size - index * 256n > 256n ? 256n : size - index * 256n);
        const bundle = await readBytes(tilePath({ level: 'entries', index, width }));
        const hashes = parseEntryBundle(bundle, width).map(leafHash);
        expect(await readBytes(tilePath({ level: 0, index, width }))).toEqual(concat(...hashes));
        for (const hash of hashes) range.append(hash);
      }
      expect(range.root()).toEqual(checkpoint.root);
    }
    for (const entry of entries) checkEntry(entry, verifier);
  });

  it('keep every partial width readable after the tile is full, and have nothing behind the checkpoint', async () => {
    const full = await readBytes('tile/0/000');
    expect(full).toHaveLength(8192);
    for (const width of [1, 17, 255]) {
      expect(await readBytes(`tile/0/000.p/${width}`)).toEqual(full.subarray(0, width * 32));
      const bundle = await readBytes(`api/v2/tile/entries/000.p/${width}`);
      expect(parseEntryBundle(bundle, width)).toHaveLength(width);
    }
    for (const path of [
      'tile/0/009',
      'tile/2/000.p/1',
      'tile/0/002.p/255',
      'tile/0/2',
      'tile/data/000',
      'nothing',
    ]) {
      expect((await fetch(`${log.url}/${path}`)).status, path).toBe(404);
    }
  });

  it('say how long they last, to browsers of every origin too', async () => {
    const tile = await fetch(`${log.url}/tile/0/000`);
    const headers = Object.fromEntries(tile.headers);
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'cache-control': 'public, max-age=31536000, immutable',
      'access-control-allow-origin': '*',
    });
    const checkpoint = await fetch(`${log.url}/api/v2/checkpoint`);
    expect(checkpoint.headers.get('cache-control')).toBe('no-cache');
    const held = { headers: { 'if-none-match': headers['etag'] ?? '' } };
    expect((await fetch(`${log.url}/tile/0/000`, held)).status).toBe(304);
    const head = await fetch(`${log.url}/tile/0/000`, { method: 'HEAD' });
    expect([head.headers.get('content-length'), (await head.arrayBuffer()).byteLength]).toEqual(['8192', 0]);
    const preflight = await fetch(`${log.url}/api/v2/log/entries`, { method: 'OPTIONS' });
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([
      204,
      'GET, HEAD, POST, OPTIONS',
    ]);
    expect((await fetch(`${log.url}/api/v2/log/entries`)).status).toBe(405);
  });
});

describe('the process', () => {
  it('says that it is well, and what its logs are', async () => {
    const health = (await (await fetch(`${log.url}/healthz`)).json()) as { status: string; logs: object[] };
    expect(health).toMatchObject({
      status: 'SERVING',
      logs: [{ name: 'rekor-v2' }, { name: 'rekor-v1', size: 0 }, { name: 'ct', size: 0 }],
    });
    const { logs } = (await (await fetch(`${log.url}/log_list.json`)).json()) as { logs: object[] };
    expect(logs).toEqual([
      expect.objectContaining({
        kind: 'rekor-v2',
        baseUrl: log.url,
        origin: 'localhost',
        keyDetails: 'PKIX_ED25519',
      }),
      expect.objectContaining({ kind: 'rekor-v1', baseUrl: log.url, keyDetails: 'PKIX_ECDSA_P256_SHA_256' }),
      expect.objectContaining({ kind: 'ct', baseUrl: log.url, keyDetails: 'PKIX_ECDSA_P256_SHA_256' }),
    ]);
  });

  it('gives every request an id, and one line in its log', async () => {
    const answer = await fetch(`${log.url}/checkpoint`, { headers: { 'x-request-id': 'given-by-me' } });
    expect(answer.headers.get('x-request-id')).toBe('given-by-me');
    const made = (await fetch(`${log.url}/checkpoint`)).headers.get('x-request-id') ?? '';
    expect(made).toMatch(/^[0-9a-f]{16}$/);
    await expect
      .poll(() =>
        log
          .output()
          .split('\n')
          .filter((line) => line.includes(made)),
      )
      .toHaveLength(1);
  });

  it('does not print what was sent to it', async () => {
    await post(log.url, hashedRekordBody(signer, Buffer.from('secret')));
    expect(log.output()).not.toContain(fromUtf8(utf8(signer.spki.toString('base64'))));
  });
});
