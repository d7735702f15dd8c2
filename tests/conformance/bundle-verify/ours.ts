/** A conformance case put to our verifier; comes back as the list of what failed, empty for a yes. */
import { readBundle } from '#lib/bundle/read-bundle.ts';
import { BundleError } from '#lib/bundle/bundle.ts';
import { readKeyFile } from '#lib/verify/key-file.ts';
import { TrustedRootError, readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { VerificationFailure } from '#lib/verify/verification.ts';
import type { Artifact } from '#lib/verify/artifact.ts';
import { verifyBundle } from '#lib/verify/verify-bundle.ts';
import type { ExpectedSigner } from '#lib/verify/verify-identity.ts';
import type { ConformanceCase } from './cases.ts';

export async function verifyCase(given: ConformanceCase, artifact: Artifact): Promise<string[]> {
  try {
    const trustedRoot = readTrustedRoot(JSON.parse(given.trustedRoot));
    const bundle = readBundle(given.bundle);
    const expected = { signer: expectedSigner(given) };
    const { verdict, steps } = await verifyBundle(bundle, artifact, { trustedRoot, expected });
    const failures = steps.flatMap((step) => (step.outcome === 'failed' ? [step.code] : []));
    if ((verdict === 'verified') !== (failures.length === 0)) throw new Error('verdict and steps disagree');
    return failures;
  } catch (error) {
    if (error instanceof TrustedRootError) return [`trusted-root-${error.code}`];
    if (error instanceof BundleError || error instanceof VerificationFailure) return [error.code];
    throw error;
  }
}

function expectedSigner({ key, identity, issuer }: ConformanceCase): ExpectedSigner {
  if (key !== undefined) return { kind: 'key', key: readKeyFile(key) };
  return {
    kind: 'identity',
    identity: { kind: 'exact', text: identity },
    issuer: { kind: 'exact', text: issuer },
  };
}
