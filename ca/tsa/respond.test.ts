import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { concat, toHex, utf8 } from '#lib/encoding/bytes.ts';
import { derBoolean, element, explicit, oid, sequence, unsigned } from '#lib/encoding/der-writer.ts';
import { toPem } from '#lib/encoding/pem.ts';
import { readConfig } from '#lib/server/config.ts';
import { writeImprint } from '#lib/timestamp/message-imprint.ts';
import { readTimestampResponse } from '#lib/timestamp/read-response.ts';
import { readTimestampRequest } from '#lib/timestamp/request.ts';
import { TimestampError } from '#lib/timestamp/timestamp-error.ts';
import { signedAttributes, writeGrantedResponse } from '#lib/timestamp/token.ts';
import { verifyTimestamp } from '#lib/timestamp/verify-timestamp.ts';
import { newSerial } from '../fulcio/serial.ts';
import { openTimestampAuthority, type Authority } from '../keys/authority.ts';
import { ensureKeySet } from '../keys/key-set.ts';
import { readJsonRequest } from './json-request.ts';
import { respond, TsaUnavailableError } from './respond.ts';

const home = mkdtempSync(join(tmpdir(), 'sigwatch-tsa-'));
const config = readConfig({});
const message = utf8('the signature that gets a time');
let authority: Authority;
let other: Authority;

beforeAll(async () => {
  authority = openTimestampAuthority(config, await ensureKeySet(join(home, 'a'), new Date()));
  other = openTimestampAuthority(config, await ensureKeySet(join(home, 'b'), new Date()));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const stamp = (request: Uint8Array, now = Date.now()): Promise<Uint8Array> =>
  respond({ authority, now: () => now, newSerial }, readTimestampRequest(request));

function openssl(...args: string[]): { status: number | null; said: string } {
  const done = spawnSync('openssl', args, { cwd: home, encoding: 'utf8' });
  return { status: done.status, said: done.stdout + done.stderr };
}

describe('a timestamp', () => {
  it.each(['sha256', 'sha384', 'sha512'])(
    'over %s satisfies openssl, nonce and chain included',
    async (hash) => {
      writeFileSync(join(home, 'message'), message);
      openssl('ts', '-query', '-data', 'message', `-${hash}`, '-cert', '-out', 'request.tsq');
      const response = await stamp(new Uint8Array(readFileSync(join(home, 'request.tsq'))));
      writeFileSync(join(home, 'response.tsr'), response);
      writeFileSync(
        join(home, 'root.pem'),
        toPem('CERTIFICATE', authority.chain.at(-1)?.encoding ?? new Uint8Array()),
      );
      const verified = openssl(
        'ts',
        '-verify',
        '-queryfile',
        'request.tsq',
        '-in',
        'response.tsr',
        '-CAfile',
        'root.pem',
      );
      expect(verified.said).toContain('Verification: OK');
      expect(verified.status).toBe(0);
    },
  );

  it('verifies with our own verifier, and says when', async () => {
    const now = Date.parse('2027-01-02T03:04:05.678Z');
    const token = readTimestampResponse(await stamp(query(), now));
    expect(await verifyTimestamp(token, message, authority.chain)).toEqual(new Date('2027-01-02T03:04:05Z'));
  });

  it('does not verify over another message, or under another authority', async () => {
    const token = readTimestampResponse(await stamp(query()));
    await expect(verifyTimestamp(token, utf8('another'), authority.chain)).rejects.toThrow(TimestampError);
    await expect(verifyTimestamp(token, message, other.chain)).rejects.toThrow(TimestampError);
  });

  it('does not verify with any single byte changed', async () => {
    const response = await stamp(query());
    for (let at = 0; at < response.length; at++) {
      const bent = Uint8Array.from(response);
      bent[at] = (bent[at] ?? 0) ^ 1;
      const verified = await Promise.resolve()
        .then(() => verifyTimestamp(readTimestampResponse(bent), message, authority.chain))
        .catch((error: unknown) => {
          expect(error).toBeInstanceOf(TimestampError);
        });
      // A few bytes say nothing that is signed: granted or granted with changes, version numbers nobody acts on.
      if (verified !== undefined) expect(signedParts(bent)).toEqual(signedParts(response));
    }
  });

  it('does not verify when what was signed calls itself something else', async () => {
    const tstInfo = readTimestampResponse(await stamp(query())).content;
    const { certificate, signer } = authority;
    const attributes = signedAttributes({
      contentDigest: sha256(tstInfo),
      signingTime: new Date(),
      signer: certificate,
    });
    const at = Buffer.from(attributes).indexOf(oid('1.2.840.113549.1.9.16.1.4'));
    attributes[at + 12] = 5;
    const token = writeGrantedResponse({
      tstInfo,
      signer: certificate,
      digest: 'SHA-256',
      attributes,
      signatureAlgorithm: signer.signatureAlgorithm,
      signature: await signer.sign(attributes),
      includeCertificate: false,
    });
    await expect(verifyTimestamp(readTimestampResponse(token), message, authority.chain)).rejects.toThrow(
      'other contents',
    );
  });

  it('echoes the nonce, and brings its certificate only when asked', async () => {
    const nonce = Uint8Array.of(0x7f, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    const asked = readTimestampResponse(await stamp(query({ nonce, certificates: true })));
    expect(asked.tstInfo.nonce).toEqual(nonce);
    expect(asked.certificates.map(({ serial }) => serial)).toEqual([authority.certificate.serial]);
    expect(readTimestampResponse(await stamp(query())).certificates).toEqual([]);
    expect(readTimestampResponse(await stamp(query())).tstInfo.serial).not.toEqual(asked.tstInfo.serial);
  });

  it('is not given once the chain has ended', async () => {
    const after = authority.certificate.notAfter.getTime() + 1000;
    await expect(stamp(query(), after)).rejects.toThrow(TsaUnavailableError);
  });
});

function signedParts(response: Uint8Array): Uint8Array[] {
  const { content, signer } = readTimestampResponse(response);
  return [content, signer.signedBytes, signer.signature, signer.issuer, signer.serial];
}

const digest = new Uint8Array(createHash('sha256').update(message).digest());
const artifactHash = Buffer.from(digest).toString('base64');

function query(options: { nonce?: Uint8Array; certificates?: boolean } = {}): Uint8Array {
  return sequence(
    unsigned(1),
    writeImprint({ hash: 'SHA-256', digest }),
    ...(options.nonce === undefined ? [] : [element(2, options.nonce)]),
    ...(options.certificates === true ? [derBoolean(true)] : []),
  );
}

const imprint = writeImprint({ hash: 'SHA-256', digest });
const sha1 = sequence(sequence(oid('1.3.14.3.2.26')), element(4, new Uint8Array(20)));
const longOid = element(6, concat(Uint8Array.of(0x2a), new Uint8Array(100_000).fill(1)));

describe('a request that is not as it must be', () => {
  it.each([
    ['D1 SHA-1', sequence(unsigned(1), sha1)],
    ['D2 a digest of the wrong length', sequence(unsigned(1), writeImprint({ hash: 'SHA-512', digest }))],
    ['D5 trailing bytes', concat(query(), Uint8Array.of(0))],
    ['D6 version 2', sequence(unsigned(2), imprint)],
    ['D7 another policy', sequence(unsigned(1), imprint, oid('1.2.3'))],
    ['D9 an extension', sequence(unsigned(1), imprint, explicit(0, sequence(oid('1.2.3'))))],
    ['a nonce of a thousand bytes', query({ nonce: new Uint8Array(1000).fill(1) })],
    ['an empty nonce', query({ nonce: new Uint8Array() })],
    ['B17 a policy of a hundred thousand arcs', sequence(unsigned(1), imprint, longOid)],
    ['nothing', new Uint8Array()],
  ])('%s', async (_, request) => {
    await expect(Promise.resolve().then(() => stamp(request))).rejects.toThrow(TimestampError);
  });

  it.each([
    ['D4 more than a kilobyte', `{"artifactHash":"${'A'.repeat(2000)}"}`],
    ['not JSON', '{'],
    ['SHA-1', JSON.stringify({ artifactHash: 'AAAA', hashAlgorithm: 'sha1' })],
    [
      'a nonce of five hundred digits',
      `{"artifactHash":"${artifactHash}","hashAlgorithm":"sha256","nonce":${'9'.repeat(500)}}`,
    ],
    ...['-1', '1.5', '1e3', '0x10', '"x"', 'true'].map((nonce): [string, string] => [
      `the nonce ${nonce}`,
      `{"artifactHash":"${artifactHash}","hashAlgorithm":"sha256","nonce":${nonce}}`,
    ]),
    ['a short digest', JSON.stringify({ artifactHash: 'AAAA', hashAlgorithm: 'sha256' })],
  ])('in JSON: %s', (_, text) => {
    expect(() => readJsonRequest(text)).toThrow(TimestampError);
  });

  // A nonce is 64 bits as go and openssl make it: more than a number of JSON.parse holds.
  it.each([
    ['0', '00'],
    ['255', '00ff'],
    ['9007199254740993', '20000000000001'],
    ['18446744073709551615', '00ffffffffffffffff'],
  ])('in JSON keeps the nonce %s to its last digit', (nonce, contents) => {
    const read = readJsonRequest(
      `{"artifactHash":"${artifactHash}","hashAlgorithm":"sha256","nonce": ${nonce}}`,
    );
    expect(toHex(read.nonce ?? new Uint8Array())).toBe(contents);
  });
});
