// Every way to verify, in Node and in a browser, against @noble/curves, OpenSSL and the Wycheproof vectors.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ed25519ph } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, uintBytes } from '#lib/encoding/bytes.ts';
import { sequence, unsigned } from '#lib/encoding/der-writer.ts';
import { verifyEcdsaDigest as inBrowser } from './browser/ecdsa.ts';
import { verifyEd25519 as ed25519InBrowser } from './browser/ed25519.ts';
import { rsaOpen as rsaInBrowser } from './browser/rsa.ts';
import { verifyEcdsaDigest as inNode } from './node/ecdsa.ts';
import { verifyEd25519 as ed25519InNode } from './node/ed25519.ts';
import { rsaOpen as rsaInNode } from './node/rsa.ts';
import { readPublicKey, type Curve } from './public-key.ts';
import { verifyDigest, verifyMessage } from './verify-signature.ts';

const hex = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array(0);
const curves = { 'P-256': 'SHA-256', 'P-384': 'SHA-384', 'P-521': 'SHA-512' } as const;
const sha = (hash: string, message: Uint8Array): Uint8Array =>
  Uint8Array.from(createHash(hash.replace('-', '')).update(message).digest());

describe.each(Object.entries(curves) as [Curve, 'SHA-256'][])('ECDSA %s', (curve, hash) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const key = readPublicKey(Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' })));

  it('accepts what OpenSSL signed and nothing that differs by a bit, as the browser does', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(), (message, at) => {
        const signature = Uint8Array.from(sign(hash, message, privateKey));
        const digest = sha(hash, message);
        expect(verifyMessage(key, hash, message, signature)).toBe(true);
        const other = digest.map((byte, i) => (i === at % digest.length ? byte ^ (1 << (at % 8)) : byte));
        expect(verifyDigest(key, hash, other, signature)).toBe(false);
        if (key.kind !== 'ecdsa') throw new Error('not an ECDSA key');
        expect(inBrowser(curve, key.point, digest, signature)).toBe(true);
        expect(inBrowser(curve, key.point, other, signature)).toBe(false);
      }),
      { numRuns: 15 },
    );
  });

  it('refuses a point that is not on the curve', () => {
    if (key.kind !== 'ecdsa') throw new Error('not an ECDSA key');
    const digest = sha(hash, hex('00'));
    const signature = Uint8Array.from(sign(hash, hex('00'), privateKey));
    const off = key.point.map((byte, at) => (at === key.point.length - 1 ? byte ^ 1 : byte));
    expect(inNode(curve, off, digest, signature)).toBe(false);
    expect(inBrowser(curve, off, digest, signature)).toBe(false);
  });
});

describe('ECDSA where the addition has a special case', () => {
  // With private key d: A = (z/r)*G meets Q = d*G when z = d*r, and -Q when z = -d*r.
  const n = p256.Point.Fn.ORDER;
  const d = 0x1234567n;
  const point = p256.Point.BASE.multiply(d).toBytes(false);
  const r = p256.Point.BASE.multiply(77n).toAffine().x % n;
  const signatureOf = (s: bigint): Uint8Array =>
    sequence(unsigned(uintBytes(r, 32)), unsigned(uintBytes(s, 32)));

  it.each([
    ['digest 0: u1 is 0', 0n],
    ['A equals Q: doubling', (d * r) % n],
    ['A equals -Q: infinity', (n - ((d * r) % n)) % n],
  ])('%s: as @noble/curves decides', (_, z) => {
    const digest = uintBytes(z, 32);
    const s = p256.Point.Fn.div(p256.Point.Fn.create(z + r * d), 77n);
    // For z = -d*r no s exists; any s must then be refused.
    const signature = signatureOf(s === 0n ? 5n : s);
    expect(inNode('P-256', point, digest, signature)).toBe(inBrowser('P-256', point, digest, signature));
    expect(inNode('P-256', point, digest, signature)).toBe(s !== 0n);
  });
});

it('Ed25519ph accepts the digest that was signed and no other, and is not Ed25519', () => {
  const seed = sha('SHA-256', hex('01'));
  const raw = ed25519ph.getPublicKey(seed);
  const message = hex('616263');
  const signature = ed25519ph.sign(message, seed);
  const key = { kind: 'ed25519', raw, spki: raw } as const;
  expect(verifyDigest(key, 'SHA-512', sha('SHA-512', message), signature)).toBe(true);
  expect(verifyDigest(key, 'SHA-512', sha('SHA-512', hex('00')), signature)).toBe(false);
  expect(verifyMessage(key, 'SHA-512', message, signature)).toBe(false);
  expect(verifyDigest(key, 'SHA-256', sha('SHA-256', message), signature)).toBe(false);
});

interface Vectors {
  testGroups: {
    publicKey?: { uncompressed?: string; pk?: string };
    publicKeyDer: string;
    sha?: string;
    tests: { tcId: number; comment: string; msg: string; sig: string; result: string }[];
  }[];
}

const folder = join(import.meta.dirname, '../../../shared/vectors/wycheproof');
const read = (name: string): Vectors =>
  JSON.parse(readFileSync(join(folder, `${name}_test.json`), 'utf8')) as Vectors;

describe.skipIf(!existsSync(folder))('Wycheproof (skipped where ../shared/vectors is absent)', () => {
  it.each([
    'ecdsa_secp256r1_sha256',
    'ecdsa_secp256r1_sha512',
    'ecdsa_secp384r1_sha384',
    'ecdsa_secp521r1_sha512',
    'ed25519',
    'rsa_signature_2048_sha256',
    'rsa_signature_3072_sha256',
    'rsa_signature_4096_sha256',
  ])('%s: accepts the valid and refuses the invalid', (name) => {
    for (const group of read(name).testGroups) {
      const key = readPublicKey(hex(group.publicKeyDer));
      const hash = (group.sha ?? 'SHA-512') as 'SHA-256';
      for (const { tcId, comment, msg, sig, result } of group.tests) {
        // "acceptable" is RSA with the NULL of DigestInfo left out: we rebuild the one encoding, and refuse.
        const verdict = verifyMessage(key, hash, hex(msg), hex(sig));
        expect(verdict, `${name} ${tcId} ${comment}`).toBe(result === 'valid');
      }
    }
  });

  it('the browser agrees with Node on ECDSA, Ed25519 and RSA', () => {
    for (const name of ['ecdsa_secp256r1_sha256', 'ed25519', 'rsa_signature_2048_sha256']) {
      for (const group of read(name).testGroups) {
        const key = readPublicKey(hex(group.publicKeyDer));
        for (const { tcId, msg, sig } of group.tests) {
          const digest = sha('SHA-256', hex(msg));
          const label = `${name} ${tcId}`;
          if (key.kind === 'ecdsa') {
            const [a, b] = [inNode, inBrowser].map((f) => f(key.curve, key.point, digest, hex(sig)));
            expect(a, label).toBe(b);
          } else if (key.kind === 'ed25519') {
            const [a, b] = [ed25519InNode, ed25519InBrowser].map((f) => f(key.raw, hex(msg), hex(sig)));
            expect(a, label).toBe(b);
          } else {
            const [a, b] = [rsaInNode, rsaInBrowser].map((f) => f(key.modulus, key.exponent, hex(sig)));
            expect(a === undefined ? a : concat(a), label).toEqual(b);
          }
        }
      }
    }
  });
});

it('reads no key but whole, strict ones', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }));
  expect(readPublicKey(spki)).toMatchObject({ kind: 'ecdsa', curve: 'P-256' });
  expect(() => readPublicKey(concat(spki, hex('00')))).toThrow(/trailing/);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  expect(readPublicKey(Uint8Array.from(rsa.export({ type: 'spki', format: 'der' })))).toMatchObject({
    kind: 'rsa',
    bits: 2048,
  });
  const k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey;
  expect(() => readPublicKey(Uint8Array.from(k1.export({ type: 'spki', format: 'der' })))).toThrow(/curve/);
});
