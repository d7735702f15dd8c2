/** A bundle put to the verifier on behalf of a policy: by certificate whoever it names, by key only keys the policy lists. */
import type { Bundle } from '#lib/bundle/bundle.ts';
import { BundleError } from '#lib/bundle/bundle.ts';
import { readBundle } from '#lib/bundle/read-bundle.ts';
import type { TrustedRoot } from '#lib/trust/trusted-root.ts';
import type { Artifact } from '#lib/verify/artifact.ts';
import type { ObservedTime, Verification } from '#lib/verify/verification.ts';
import { verifyBundle } from '#lib/verify/verify-bundle.ts';
import type { Submission } from './submission.ts';
import type { Policy } from './policy.ts';

export interface SubmissionContext {
  readonly policy: Policy;
  readonly artifact: Artifact;
  readonly trustedRoot: TrustedRoot;
  /** Given only when the policy names the observer. */
  readonly observed?: ObservedTime | undefined;
}

/** Never throws for what the text holds. */
export async function verifySubmission(
  name: string,
  text: string,
  context: SubmissionContext,
): Promise<Submission> {
  try {
    return { name, verification: await verifyUnderPolicy(readBundle(text), context) };
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    return { name, verification: { verdict: 'unreadable', code: error.code, reason: error.message } };
  }
}

async function verifyUnderPolicy(
  bundle: Bundle,
  { policy, artifact, trustedRoot, observed }: SubmissionContext,
): Promise<Verification> {
  let verification = await verifyBundle(bundle, artifact, {
    trustedRoot,
    observed,
    expected: { signer: { kind: 'anyone' } },
  });
  if (bundle.material.kind === 'certificate') return verification;
  for (const key of policyKeys(policy)) {
    const expected = { signer: { kind: 'key', key } } as const;
    verification = await verifyBundle(bundle, artifact, { trustedRoot, expected, observed });
    if (verification.verdict === 'verified') return verification;
  }
  return verification;
}

function policyKeys({ people }: Policy): Uint8Array[] {
  return people.flatMap(({ credentials }) =>
    credentials.flatMap((credential) => (credential.kind === 'key' ? [credential.spki] : [])),
  );
}
