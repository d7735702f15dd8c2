import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { readCertificateIdentity } from '#lib/identity/from-certificate.ts';
import { parseHashedRekord } from '#lib/rekor/hashedrekord.ts';
import { trustedRootMediaType } from '#lib/trust/trusted-root.ts';
import { writeEvidence } from '#lib/verify/evidence.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import { provenEntry } from '#tests/harness/proven-entry.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';
import { evidenceCommand } from './evidence-command.ts';

const authority = new TestAuthority();
const certificate = authority.certify({
  email: 'jane@example.com',
  claims: { issuer: 'https://idp.example' },
});
const leaf = rekorLeaf(certificate);
const proven = provenEntry(leaf);
const { log } = proven;
const read = readCertificateIdentity(readCertificate(certificate));
const facts = {
  identity: 'jane@example.com',
  identityKind: 'email',
  logId: log.id,
  logName: 'log.example',
  event: 'signature',
  index: '0',
  seenAt: '2026-11-22T14:02:00.000Z',
  trust: 'trusted',
  issuer: 'https://idp.example',
  digest: toHex(parseHashedRekord(leaf).digest),
  digestAlgorithm: 'SHA2_256',
  certificate: {
    notBefore: read.notBefore.toISOString(),
    notAfter: read.notAfter.toISOString(),
    serial: read.serial,
  },
  claims: { ...read.claims },
  source: null,
  keyType: 'ECDSA P-256',
  firstForIdentity: true,
  firstForIssuer: true,
  firstForSource: true,
};
const trustedRoot = { mediaType: trustedRootMediaType, certificateAuthorities: [authority.listing()] };
const about = (changed: object) => ({
  id: 'a',
  verdict: 'unexpected',
  reasons: [],
  facts: { ...facts, ...changed },
});
const written = (alert: object | undefined, root: unknown = trustedRoot) =>
  writeEvidence(proven, { alert, trustedRoot: root });
const evidence = written(about({}));
const folder = mkdtempSync(join(tmpdir(), 'sigwatch-evidence-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function check(text: string, key?: string): Promise<[number, string]> {
  const file = join(folder, 'evidence.json');
  writeFileSync(file, text);
  let said = '';
  const code = await evidenceCommand(file, key === undefined ? {} : { key }, (words) => (said += words));
  return [code, said];
}

it('checks the evidence of an alert from the file alone, under the key that whoever asks knows', async () => {
  const key = toHex(sha256(log.publicKey));
  const proved = [0, expect.stringContaining('entry 0 is in the tree of 2 entries that was signed')];
  expect(await check(evidence)).toEqual(proved);
  expect(await check(evidence, key)).toEqual(proved);
  expect(await check(evidence, '00'.repeat(32))).toEqual([1, expect.stringContaining('another key')]);
});

it('names who signed and the authority above them', async () => {
  const [, said] = await check(evidence);
  expect(said).toContain('signer  jane@example.com (login at https://idp.example)');
  expect(said).toContain(`authority  ${toHex(sha256(authority.certificate))}`);
});

it.each<[string, object, string]>([
  ['another name', { identity: 'evil@example.com' }, 'evil@example.com'],
  ['another entry', { index: '1' }, 'it says entry 1'],
  ['another log', { logId: 'rekor2-1' }, 'rekor2-1'],
  ['another issuer', { issuer: 'https://evil.example' }, 'the issuer is'],
  ['another digest', { digest: '00'.repeat(32) }, 'the digest is'],
  ['a claim', { claims: { ...facts.claims, buildTrigger: 'push' } }, 'buildTrigger'],
  ['another certificate', { certificate: { ...facts.certificate, serial: '01' } }, 'the certificate is'],
  ['a look-alike that is not there', { lookAlike: 'jane@examp1e.com' }, 'jane@examp1e.com'],
  ['that nobody certified the name', { trust: 'untrusted' }, 'certified'],
])('refuses an alert that says %s', async (_, changed, why) => {
  expect(await check(written(about(changed)))).toEqual([1, expect.stringContaining(why)]);
});

it('says of a forged name that no authority certified it, when the alert says so too', async () => {
  const other = { ...trustedRoot, certificateAuthorities: [new TestAuthority().listing()] };
  expect(await check(written(about({}), other))).toEqual([1, expect.stringContaining('certified')]);
  const [code, said] = await check(written(about({ trust: 'untrusted' }), other));
  expect([code, said]).toEqual([0, expect.stringContaining('no authority of the trusted root')]);
});

it.each<[string, string, string]>([
  ['alert', written(undefined), 'holds no alert'],
  ['facts', written({ id: 'a' }), 'do not read'],
  ['trusted root', written(about({}), null), 'holds no trusted root'],
  ['readable trusted root', written(about({}), {}), 'does not read'],
  ['authority', written(about({}), { ...trustedRoot, certificateAuthorities: [] }), 'names no authority'],
])('says that the file has no %s', async (_, text, why) => {
  expect(await check(text)).toEqual([1, expect.stringContaining(why)]);
});

it.each([
  ['another place', evidence.replace('"index": "0"', '"index": "1"'), 'do not lead from this entry'],
  [
    'a place the checkpoint does not reach',
    evidence.replace('"index": "0"', '"index": "2"'),
    'does not reach',
  ],
  ['another size', evidence.replace('\\n2\\n', '\\n3\\n'), 'does not verify'],
])('refuses %s', async (_, changed, why) => {
  expect(changed).not.toBe(evidence);
  expect(await check(changed)).toEqual([1, expect.stringContaining(why)]);
});
