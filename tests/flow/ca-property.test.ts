/** Whatever a token says and whatever the key: a refusal, or a certificate that every verifier at hand accepts. */
import 'reflect-metadata';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, sign, X509Certificate as NodeCertificate, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyCertificateSignature } from '#lib/crypto/node/certificate-signature.ts';
import { fromPem } from '#lib/encoding/pem.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import { verifyChain } from '#lib/x509/chain.ts';
import { keyPurpose, subjectAltNames } from '#lib/x509/extensions.ts';
import { readFulcioClaims } from '#lib/x509/fulcio-oids.ts';
import { startAskedCa, type AskedCa } from '#tests/harness/asked-ca.ts';
import { workflowClaims } from '#tests/harness/workflow-claims.ts';

const runs = 60;
const folder = mkdtempSync(join(tmpdir(), 'sigwatch-property-'));
let bench: AskedCa;
beforeAll(async () => {
  bench = await startAskedCa();
});
afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});

const keyKinds: Record<string, () => { publicKey: KeyObject; privateKey: KeyObject }> = {
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'P-521': () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  secp256k1: () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
  Ed25519: () => generateKeyPairSync('ed25519'),
  RSA: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  X25519: () => generateKeyPairSync('x25519'),
};
const pairs = new Map(Object.entries(keyKinds).map(([kind, make]) => [kind, make()]));
const digests: Record<string, string | null> = { 'P-384': 'sha384', 'P-521': 'sha512', Ed25519: null };

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 80 }),
  fc.constantFrom('o/r', 'refs/heads/main', '{{ .url }}', '\u202egnp.exe', 'a\0b', 'x'.repeat(3000), ''),
);
const claim = fc.oneof(
  text,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.string(), { maxLength: 2 }),
);
const people = fc.record({
  email: fc.oneof({ weight: 3, arbitrary: fc.emailAddress() }, { weight: 1, arbitrary: text }),
  email_verified: fc.constantFrom(true, true, true, false, 'true'),
  sub: fc.oneof(fc.string({ minLength: 1, maxLength: 60 }), claim),
});
const workflows = fc
  .dictionary(fc.constantFrom(...Object.keys(workflowClaims())), claim, { maxKeys: 3 })
  .map((changed) => workflowClaims(changed));

function possession(kind: string, subject: string): { pem: string; proof: Uint8Array } {
  const pair = pairs.get(kind);
  if (pair === undefined) throw new Error('no key');
  const pem = pair.publicKey.export({ format: 'pem', type: 'spki' }).toString();
  if (kind === 'X25519') return { pem, proof: new Uint8Array(64) };
  const digest = kind in digests ? (digests[kind] ?? null) : 'sha256';
  return { pem, proof: sign(digest, Buffer.from(subject), pair.privateKey) };
}

async function expectSound(chain: readonly string[], claims: Record<string, unknown>): Promise<void> {
  const [leaf, intermediate, root] = chain.map((pem) =>
    readCertificate(fromPem(pem)?.[0]?.bytes ?? new Uint8Array()),
  );
  if (leaf === undefined || intermediate === undefined || root === undefined) throw new Error('no chain');
  await verifyChain({
    leaf,
    intermediates: [intermediate],
    roots: [root],
    at: leaf.notBefore,
    purpose: keyPurpose.codeSigning,
    verifySignature: verifyCertificateSignature,
  });
  expect(subjectAltNames(leaf)).toHaveLength(1);
  expect(readFulcioClaims(leaf).tokenSubject).toBe(claims['sub']);
  chain.forEach((pem, at) => writeFileSync(join(folder, `${at}.pem`), pem));
  const args = 'verify -x509_strict -CAfile 2.pem -untrusted 1.pem 0.pem'.split(' ');
  const openssl = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  expect(openssl.stdout + openssl.stderr).toContain('0.pem: OK');
  const issuer = new NodeCertificate(chain[1] ?? '');
  expect(new NodeCertificate(chain[0] ?? '').verify(issuer.publicKey)).toBe(true);
  const peculiar = new x509.X509Certificate(Uint8Array.from(leaf.encoding));
  expect(peculiar.extensions).toHaveLength(leaf.extensions.size);
  expect(await peculiar.verify({ publicKey: await issuerKey(intermediate.spki), signatureOnly: true })).toBe(
    true,
  );
}

function issuerKey(spki: Uint8Array): Promise<CryptoKey> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  return crypto.subtle.importKey('spki', Uint8Array.from(spki), algorithm, true, ['verify']);
}

async function expectEither(
  claims: Record<string, unknown>,
  kind: string,
  issuer: 'issuer' | 'ci',
): Promise<boolean> {
  const signs = issuer === 'issuer' ? claims['email'] : claims['sub'];
  const token = await bench[issuer].token(claims);
  const answer = await bench.ask({ token, ...possession(kind, String(signs)) });
  expect([200, 400]).toContain(answer.status);
  if (answer.status === 400) return false;
  const body = (await answer.json()) as {
    signedCertificateEmbeddedSct: { chain: { certificates: string[] } };
  };
  await expectSound(body.signedCertificateEmbeddedSct.chain.certificates, claims);
  return true;
}

it.each([
  ['a person', people, 'issuer'],
  ['a workflow', workflows, 'ci'],
] as const)('of %s', async (_, arbitrary, issuer) => {
  let issued = 0;
  const property = fc.asyncProperty(arbitrary, fc.constantFrom(...pairs.keys()), async (claims, kind) => {
    if (await expectEither(claims, kind, issuer)) issued += 1;
  });
  await fc.assert(property, { numRuns: runs });
  // Neither all refused nor all certified, or nothing was learned.
  expect(issued).toBeGreaterThan(0);
  expect(issued).toBeLessThan(runs);
});
