import { expect, it } from 'vitest';
import { toHex } from '#lib/encoding/bytes.ts';
import { readCertificateIdentity } from '#lib/identity/from-certificate.ts';
import { readRekorEntry } from '#lib/identity/from-entry.ts';
import { evidenceSchema, writeEvidence } from '#lib/verify/evidence.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import { provenEntry } from '#tests/harness/proven-entry.ts';
import { signatureFacts } from '#tests/harness/signature-facts.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';
import { whatDiffers } from './alert-facts.ts';

const build = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main';
const certificate = new TestAuthority().certify({ uri: build, claims: { issuer: 'https://idp.example' } });
const leaf = rekorLeaf(certificate);
const entry = readRekorEntry(leaf);
const evidence = evidenceSchema.parse(JSON.parse(writeEvidence(provenEntry(leaf), {})));

/** Of the alert of a watch, what the entry does not say. */
function differs(identityKind: string, identity: string): string | undefined {
  if (entry.kind === 'unparsable') throw new Error(entry.reason);
  const { notBefore, notAfter, serial, claims } = readCertificateIdentity(readCertificate(certificate));
  const facts = signatureFacts({
    identity,
    identityKind,
    index: '0',
    issuer: 'https://idp.example',
    digest: toHex(entry.digest?.bytes ?? new Uint8Array()),
    digestAlgorithm: 'SHA2_256',
    certificate: { notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString(), serial },
    claims: { ...claims },
  });
  return whatDiffers(facts, evidence, entry, 'trusted');
}

it.each([
  ['organisation', 'github.com/acme'],
  ['workflow', 'github.com/acme/app/.github/workflows/release.yml'],
  ['uri-prefix', 'https://github.com/acme/'],
  ['uri-pattern', 'https://github.com/acme/*/.github/workflows/release.yml@refs/heads/main'],
  ['issuer-subject', `https://idp.example ${build}`],
])('finds in an entry what a watch of %s takes in: %s', (kind, identity) => {
  expect(differs(kind, identity)).toBeUndefined();
});

it.each([
  ['organisation', 'github.com/ac'],
  ['workflow', 'github.com/acme/app/.github/workflows/rel'],
  ['uri-prefix', 'https://github.com/acme/ap'],
  ['issuer-subject', `https://other.example ${build}`],
])('does not take a name whose letters alone go on for one below %s %s', (kind, identity) => {
  expect(differs(kind, identity)).toContain(`the name “${identity}” does not stand in the entry`);
});
