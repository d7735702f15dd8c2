/** Keys and proofs (B of the catalogue of bad inputs) that must not be certified, and the sound ones that must. */
import 'reflect-metadata';
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import * as x509 from '@peculiar/x509';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concat, utf8 } from '#lib/encoding/bytes.ts';
import { element, sequence } from '#lib/encoding/der-writer.ts';
import { toPem } from '#lib/encoding/pem.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { email, keys, spkiPem, startAskedCa, type Asked, type AskedCa } from '#tests/harness/asked-ca.ts';

let bench: AskedCa;
beforeAll(async () => {
  bench = await startAskedCa();
});
afterAll(() => bench.close());

describe('B: a key or its proof', () => {
  const rsa = (bits: number, exponent = 65_537): { publicKey: KeyObject; privateKey: KeyObject } =>
    generateKeyPairSync('rsa', { modulusLength: bits, publicExponent: exponent });
  const withProof = (
    pair: { publicKey: KeyObject; privateKey: KeyObject },
    hash: string | null = 'sha256',
  ): Asked => ({
    pem: spkiPem(pair.publicKey),
    proof: sign(hash, Buffer.from(email), pair.privateKey),
  });
  const curve = (namedCurve: string): Asked => withProof(generateKeyPairSync('ec', { namedCurve }));
  const smallOrder = (hex: string): Asked => ({
    pem: toPem(
      'PUBLIC KEY',
      concat(
        Uint8Array.from(Buffer.from('302a300506032b6570032100', 'hex')),
        Uint8Array.from(Buffer.from(hex, 'hex')),
      ),
    ),
  });
  const trailing = (): string => {
    const der = keys.publicKey.export({ format: 'der', type: 'spki' });
    return toPem('PUBLIC KEY', concat(Uint8Array.from(der), Uint8Array.of(0)));
  };
  const nested = (): Uint8Array => {
    let der: Uint8Array = Uint8Array.of(5, 0);
    while (der.length < 55_000) der = sequence(der);
    return der;
  };
  const manyArcs = element(6, new Uint8Array(1_000_000).fill(0x2a));

  const cases: [string, string, () => Asked][] = [
    ['B1 no proof', 'POSSESSION_UNPROVEN', () => ({ proof: new Uint8Array() })],
    [
      'B2 a proof over another name',
      'POSSESSION_UNPROVEN',
      () => ({ proof: sign('sha256', Buffer.from('eve@example.com'), keys.privateKey) }),
    ],
    [
      'a proof by another key',
      'POSSESSION_UNPROVEN',
      () => ({
        proof: sign(
          'sha256',
          Buffer.from(email),
          generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey,
        ),
      }),
    ],
    ['B4 garbage as proof', 'POSSESSION_UNPROVEN', () => ({ proof: utf8('garbage') })],
    ['B5 RSA of 1024 bits', 'KEY_INSECURE', () => withProof(rsa(1024))],
    ['B5 RSA of 2304 bits', 'KEY_INSECURE', () => withProof(rsa(2304))],
    ['B5 RSA with exponent 3', 'KEY_INSECURE', () => withProof(rsa(2048, 3))],
    ['B6 RSA with the ROCA mark', 'KEY_INSECURE', () => ({ pem: rsaPem(rocaModulus()) })],
    ['B5 RSA with an even modulus', 'KEY_INSECURE', () => ({ pem: rsaPem(2n ** 2047n + 2n) })],
    ['B7 secp256k1', 'KEY_INSECURE', () => curve('secp256k1')],
    ['B7 P-224', 'KEY_INSECURE', () => curve('secp224r1')],
    ['Ed448', 'KEY_INSECURE', () => ({ pem: spkiPem(generateKeyPairSync('ed448').publicKey) })],
    ['B9 Ed25519 of zeros', 'KEY_INSECURE', () => smallOrder('00'.repeat(32))],
    [
      'B9 Ed25519 of small order',
      'KEY_INSECURE',
      () => smallOrder('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85'),
    ],
    ['B14 two keys', 'KEY_UNPARSABLE', () => ({ pem: spkiPem(keys.publicKey).repeat(2) })],
    ['B14 text before the key', 'KEY_UNPARSABLE', () => ({ pem: `hello\n${spkiPem(keys.publicKey)}` })],
    ['B14 a byte after the key', 'KEY_UNPARSABLE', () => ({ pem: trailing() })],
    ['B15 nesting without end', 'KEY_UNPARSABLE', () => ({ pem: toPem('PUBLIC KEY', nested()) })],
    [
      'B16 an indefinite length',
      'KEY_UNPARSABLE',
      () => ({ pem: toPem('PUBLIC KEY', Uint8Array.of(0x30, 0x80, 0, 0)) }),
    ],
    [
      'B16 a length past the end',
      'KEY_UNPARSABLE',
      () => ({ pem: toPem('PUBLIC KEY', Uint8Array.of(0x30, 0x84, 255, 255, 255, 255)) }),
    ],
    [
      'B17 a million arcs',
      'KEY_UNPARSABLE',
      () => ({ pem: toPem('PUBLIC KEY', sequence(sequence(manyArcs))) }),
    ],
    [
      'B21 a private key',
      'KEY_UNPARSABLE',
      () => ({ pem: keys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() }),
    ],
    [
      'B22 P-521 with SHA-1',
      'POSSESSION_UNPROVEN',
      () => withProof(generateKeyPairSync('ec', { namedCurve: 'secp521r1' }), 'sha1'),
    ],
    ['no key', 'KEY_UNPARSABLE', () => ({ pem: '' })],
    ['B15 a signing request of nested nothing', 'CSR_UNPARSABLE', () => ({ csr: base64Pem(nested()) })],
    ['a signing request that is none', 'CSR_UNPARSABLE', () => ({ csr: 'aGVsbG8=' })],
    ['a body that is no object', 'REQUEST_MALFORMED', () => ({ raw: '"x"' })],
    ['a body that is not JSON', 'REQUEST_MALFORMED', () => ({ raw: '{' })],
    [
      'a token that is a number',
      'REQUEST_MALFORMED',
      () => ({ raw: '{"credentials":{"oidcIdentityToken":1}}' }),
    ],
  ];

  it.each(cases)('%s', async (_, reason, make) => {
    await bench.expectRefusal(make(), 400, reason);
  });

  it('B10 a signing request whose signature was changed', async () => {
    const { csr, bent } = await signingRequests();
    await bench.expectRefusal({ csr: bent }, 400, 'POSSESSION_UNPROVEN');
    expect((await bench.ask({ csr })).status).toBe(200);
  });

  it('a signing request whose digest does not go with its key, by name', async () => {
    const { csr } = await signingRequests('P-384');
    await bench.expectRefusal({ csr }, 400, 'ALGORITHM_NOT_PERMITTED');
    const { message } = (await (await bench.ask({ csr })).json()) as { message: string };
    expect(message).toBe('signing algorithm not permitted: ec, SHA-256');
  });

  it('B19 a key of the service itself: authorities, TUF roles, the login', async () => {
    const folder = `${bench.ca.dataDir}/keys/ca`;
    const files = await eventually(() => {
      const found = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      const fitting = found.filter((name) => /(intermediate|tsa|[0-9a-f]{8,13})\.key\.pem$/.test(name));
      expect(fitting).toHaveLength(2 + 4 + 1);
      return fitting;
    });
    for (const file of files) {
      // The proof cannot be had without the private key, which this test, alone, may read.
      const key = createPrivateKey(readFileSync(`${folder}/${file}`));
      const proof = sign('sha256', Buffer.from(email), key);
      await bench.expectRefusal({ pem: spkiPem(createPublicKey(key)), proof }, 400, 'KEY_INSECURE');
    }
  });

  it('B20 a body of more than four megabytes', async () => {
    const answer = await bench.ask({ raw: JSON.stringify({ x: 'x'.repeat(4 * 1024 * 1024) }) });
    expect(answer.status).toBe(413);
  });

  it.each([
    ['RSA 2048', () => withProof(rsa(2048))],
    ['P-384', () => withProof(generateKeyPairSync('ec', { namedCurve: 'secp384r1' }), 'sha384')],
    ['P-521', () => withProof(generateKeyPairSync('ec', { namedCurve: 'secp521r1' }), 'sha512')],
    ['Ed25519', () => withProof(generateKeyPairSync('ed25519'), null)],
    [
      'RSA as PKCS #1',
      () => {
        const pair = rsa(3072);
        return {
          ...withProof(pair),
          pem: pair.publicKey.export({ format: 'pem', type: 'pkcs1' }).toString(),
        };
      },
    ],
  ])('a sound one is accepted: %s', async (_, make) => {
    expect((await bench.ask(make())).status).toBe(200);
  });
});

function base64Pem(der: Uint8Array): string {
  return Buffer.from(toPem('CERTIFICATE REQUEST', der)).toString('base64');
}

function rsaPem(modulus: bigint): string {
  const n = Buffer.from(modulus.toString(16).padStart(512, '0'), 'hex').toString('base64url');
  const jwk = { kty: 'RSA', n, e: 'AQAB' };
  return spkiPem(createPublicKey({ key: jwk, format: 'jwk' }));
}

/** A power of 65537 modulo the product of the primes up to 167, lifted to 2048 bits: what the broken library made. */
function rocaModulus(): bigint {
  const primes = Array.from({ length: 166 }, (_, at) => BigInt(at + 2)).filter((n) =>
    Array.from({ length: Number(n) - 2 }, (_, at) => BigInt(at + 2)).every((d) => n % d !== 0n),
  );
  const product = primes.reduce((all, prime) => all * prime, 1n);
  let candidate = 65_537n ** 5n % product;
  candidate += product * (2n ** 2047n / product + 1n);
  const has = (n: bigint): boolean => smallFactors.some((prime) => n % prime === 0n);
  while (has(candidate)) candidate += product;
  return candidate;
}
const smallFactors = [
  2n,
  173n,
  179n,
  181n,
  191n,
  193n,
  197n,
  199n,
  211n,
  223n,
  227n,
  229n,
  233n,
  239n,
  241n,
  251n,
];

async function signingRequests(namedCurve = 'P-256'): Promise<{ csr: string; bent: string }> {
  x509.cryptoProvider.set(crypto);
  const algorithm = { name: 'ECDSA', namedCurve, hash: 'SHA-256' };
  const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    name: '',
    keys: pair,
    signingAlgorithm: algorithm,
  });
  const der = new Uint8Array(made.rawData);
  const bent = Uint8Array.from(der);
  bent[bent.length - 1] = (bent[bent.length - 1] ?? 0) ^ 1;
  return { csr: base64Pem(der), bent: base64Pem(bent) };
}
