import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { artifactOfBytes, artifactOfDigests } from '#lib/verify/artifact.ts';
import { casesAreHere, readCases } from './bundle-verify/cases.ts';
import { verifyCase } from './bundle-verify/ours.ts';
import { theirVersions, theyAccept } from './bundle-verify/theirs.ts';

const cases = readCases();

/** Every refusal with all that fails in it, the reason first. Derived from what each case's README says was done to it. */
const reasons: Record<string, string[]> = {
  'bundle-empty-certificate-chain_fail': ['bundle-malformed'],
  'bundle-from-wrong-instance_fail': ['timestamp-untrusted', 'log-untrusted'],
  'bundle-invalid-base64-signature_fail': ['bundle-malformed'],
  'bundle-malformed-json_fail': ['bundle-malformed'],
  'bundle-negative-log-index_fail': ['bundle-malformed'],
  'bundle-unknown-version_fail': ['bundle-unknown-version'],
  // Its proof has no checkpoint either, as proofs of early 0.1 bundles.
  'bundle-with-root-cert_fail': ['certificate-chain-holds-root', 'checkpoint-missing'],
  'checkpoint-bad-keyhint_fail': ['checkpoint-unsigned'],
  'checkpoint-wrong-roothash_fail': ['checkpoint-of-another-tree'],
  'dsse-invalid-sig_fail': ['entry-of-another-signature', 'signature-invalid'],
  'dsse-mismatch-envelope_fail': ['entry-of-another-signature'],
  'dsse-mismatch-sig_fail': ['entry-of-another-signature'],
  'inclusion-proof-corrupted-hash_fail': ['inclusion-proof-invalid'],
  // The entry was edited, so neither promise nor proof is over it any more.
  'incorrect-public-key_fail': ['promise-invalid', 'inclusion-proof-invalid'],
  'integrated-time-in-future_fail': ['certificate-outside-validity'],
  'intoto-expired-certificate_fail': ['certificate-outside-validity'],
  // The signature in the entry is encoded once where this kind encodes twice, so it is not the bundle's.
  'intoto-log-entry-mismatch_fail': ['entry-malformed'],
  'intoto-missing-inclusion-proof_fail': ['bundle-malformed'],
  'intoto-set-outside-signing-cert-validity_fail': ['certificate-outside-validity'],
  'intoto-tsa-timestamp-outside-cert-validity_fail': ['certificate-outside-validity'],
  'invalid-checkpoint-signature_fail': ['checkpoint-signature-invalid'],
  // The trusted root lists a key for another log id, so nobody trusted vouches for the certificate.
  'invalid-ct-key_fail': ['sct-untrusted'],
  // A 0.2 bundle whose proof has no checkpoint to be checked against.
  'invalid-inclusion-proof_fail': ['bundle-malformed'],
  'managed-key-no-key_fail': ['key-missing'],
  'managed-key-wrong-key_fail': ['key-malformed'],
  'message-digest-mismatch_fail': ['artifact-mismatch'],
  'rekor2-checkpoint-missing-log-signature_fail': ['checkpoint-malformed'],
  'rekor2-checkpoint-missing-origin_fail': ['checkpoint-malformed'],
  'rekor2-checkpoint-missing-root-hash_fail': ['checkpoint-malformed'],
  'rekor2-checkpoint-missing-size_fail': ['checkpoint-malformed'],
  'rekor2-checkpoint-no-matching-signature_fail': ['checkpoint-unsigned'],
  'rekor2-dsse-invalid-sig_fail': ['entry-of-another-signature', 'signature-invalid'],
  'rekor2-dsse-mismatch-envelope_fail': ['entry-of-another-signature'],
  'rekor2-dsse-mismatch-sig_fail': ['entry-of-another-signature'],
  'rekor2-no-inclusion-proof_fail': ['bundle-malformed'],
  'rekor2-no-timestamp_fail': ['timestamp-missing'],
  'rekor2-timestamp-outside-trust-root-tsa-validity_fail': ['timestamp-outside-authority-validity'],
  'rekor2-timestamp-outside-tsa-cert-validity_fail': ['timestamp-outside-authority-validity'],
  'rekor2-timestamp-payload-mismatch_fail': ['timestamp-of-another-signature'],
  'rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail': ['timestamp-untrusted'],
  'rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail': ['timestamp-untrusted'],
  'rekor2-timestamp-with-incorrect-time_fail': ['certificate-outside-validity'],
  'set-invalid-signature_fail': ['promise-invalid'],
  'signature-mismatch_fail': ['entry-of-another-signature', 'signature-invalid'],
  'trust-root-tlog-missing-validity-start_fail': ['trusted-root-malformed'],
  'wrong-hashedrekord-artifact_fail': ['entry-of-another-signature'],
  'wrong-hashedrekord-cert-and-sig_fail': ['entry-of-another-signature'],
  'wrong-hashedrekord-entry_fail': ['entry-of-another-signature'],
  'wrong-material_fail': ['artifact-mismatch'],
};

/** Where @sigstore/verify and the case disagree, by their version; we are with the case. lib/verify/README.md explains each. */
const theyDiffer = {
  '3.1.1': ['rekor2-dsse-happy-path', 'trust-root-tlog-missing-validity-start_fail'],
  '4.1.3': ['trust-root-tlog-missing-validity-start_fail'],
};

describe.skipIf(!casesAreHere)('public conformance bundles', () => {
  it('are all here, and every refusal has its reason written down', () => {
    expect(cases).toHaveLength(70);
    expect(cases.filter(({ mustFail }) => mustFail).map(({ name }) => name)).toEqual(
      Object.keys(reasons).sort(),
    );
  });

  it.each(cases)('$name: by file', async (given) => {
    expect(await verifyCase(given, artifactOfBytes(given.artifact))).toEqual(reasons[given.name] ?? []);
  });

  it.each(cases)('$name: by digest', async (given) => {
    const sha256 = artifactOfBytes(given.artifact).digest('SHA-256') ?? new Uint8Array(0);
    const artifact = artifactOfDigests({ 'SHA-256': sha256 });
    expect(await verifyCase(given, artifact)).toEqual(reasons[given.name] ?? []);
  });

  it.each(theirVersions)('@sigstore/verify %s agrees, but where it is explained', (version) => {
    const differing = cases.filter((given) => theyAccept(version, given) === given.mustFail);
    expect(differing.map(({ name }) => name)).toEqual(theyDiffer[version]);
  });

  it('every difference has its row in the README, and no row is without one', () => {
    const readme = readFileSync(new URL('../../lib/verify/README.md', import.meta.url), 'utf8');
    const rows = [...readme.matchAll(/^\| `([a-z0-9_.-]+)` +\| ([0-9., ]+?) +\|/gm)].map(
      ([, name, versions]) => [name, versions],
    );
    const names = [...new Set(Object.values(theyDiffer).flat())].sort();
    const versionsOf = (name: string) =>
      theirVersions.filter((version) => theyDiffer[version].includes(name));
    expect(rows).toEqual(names.map((name) => [name, versionsOf(name).join(', ')]));
  });
});
