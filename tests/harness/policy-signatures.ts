/** Verified signatures of anybody, and a policy put to them: for tests of what counts. */
import { artifactOfBytes } from '#lib/verify/artifact.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { evaluatePolicy, type PolicyReport } from '#lib/policy/evaluate-policy.ts';
import { readPolicy } from '#lib/policy/read-policy.ts';
import type { Signer, VerifiedSignature } from '#lib/verify/verification.ts';

export const google = 'https://accounts.google.com';
export const github = 'https://token.actions.githubusercontent.com';
export const now = new Date('2026-11-20T12:00:00Z');
export const signedAt = new Date('2026-11-19T12:00:00Z');
export const artifact = artifactOfBytes(utf8('release'));

type Claims = Extract<Signer, { kind: 'certificate' }>['claims'];
type Given = Partial<VerifiedSignature> & { issuer?: string; claims?: Claims; key?: Uint8Array };

export function signature(identity: string, given: Given = {}): VerifiedSignature {
  const { issuer = google, claims = {}, key, ...rest } = given;
  const identityKind = identity.includes('://') ? 'uri' : 'email';
  const signer: Signer =
    key === undefined
      ? { kind: 'certificate', identityKind, identity, issuer, claims, key: new Uint8Array(0) }
      : { kind: 'key', key };
  return {
    signer,
    times: [{ source: 'timestamp-authority', authority: 'aa', name: 'https://tsa.example', time: signedAt }],
    entries: [
      { logId: Uint8Array.of(1), logUrl: 'https://log.example', logIndex: 7n, checkpoint: undefined },
    ],
    predicateType: undefined,
    signature: Uint8Array.of(1),
    ...rest,
  };
}

export function check(policy: object, ...signatures: VerifiedSignature[]): PolicyReport {
  const submissions = signatures.map((one, at) => ({
    name: `${at}.json`,
    verification: { verdict: 'verified', steps: [], signature: one } as const,
  }));
  return evaluatePolicy(readPolicy(JSON.stringify({ sigwatchPolicy: 1, ...policy })), {
    artifact,
    submissions,
    now,
  });
}
