/**
 * The one engine behind the page, the API and the script of the page: the verifier of lib/verify, put into one answer. Runs
 * in a browser as it does here. It answers every bundle, however broken; a problem is a request that asks nothing that
 * could be answered.
 */
import { BundleError, type Bundle } from '#lib/bundle/bundle.ts';
import { readBundle } from '#lib/bundle/read-bundle.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { evaluatePolicy } from '#lib/policy/evaluate-policy.ts';
import { PolicyError } from '#lib/policy/policy-error.ts';
import type { Policy } from '#lib/policy/policy.ts';
import { readPolicy } from '#lib/policy/read-policy.ts';
import type { Submission } from '#lib/policy/submission.ts';
import { verifySubmission } from '#lib/policy/verify-submission.ts';
import type { TrustedRoot } from '#lib/trust/trusted-root.ts';
import type { Artifact } from '#lib/verify/artifact.ts';
import { rawValues, type RawValues } from '#lib/verify/raw-values.ts';
import { verificationJson, type VerificationJson } from '#lib/verify/verification-json.ts';
import { verifyBundle } from '#lib/verify/verify-bundle.ts';
import type { Expectation } from '#lib/verify/verify-identity.ts';
import { hashNames } from './artifact-text.ts';
import type { PolicyAnswer, SignerAnswer } from './schemas.ts';
import { statementOf } from './statement.ts';

/** Whom to believe. */
export interface Trust {
  readonly trustedRoot: TrustedRoot;
  readonly readAt: Date;
}

export interface Answered {
  readonly kind: 'answer';
  readonly answer: SignerAnswer | PolicyAnswer;
  /** What each step looked at, for whoever wants to redo it; a policy's bundles have none. */
  readonly values: RawValues;
}

export interface Problem {
  readonly kind: 'problem';
  readonly status: 400 | 503;
  readonly detail: string;
  /** The same for somebody who filled in a form and knows no members of a request. */
  readonly words?: string | undefined;
}

export type VerifyOutcome = Answered | Problem;

export function problem(status: 400 | 503, detail: string, words?: string): Problem {
  return { kind: 'problem', status, detail, words };
}

export async function answerSigner(
  text: string,
  artifact: Artifact,
  expected: Expectation,
  { trustedRoot, readAt }: Trust,
): Promise<Answered> {
  const bundle = reading(text);
  const outcome = plain(
    'code' in bundle
      ? unreadable(bundle.code, bundle.reason)
      : verificationJson(await verifyBundle(bundle, artifact, { trustedRoot, expected })),
  );
  const answer = {
    ...outcome,
    artifact: nameOf(artifact),
    statement: statementOf(outcome, artifact.bytes !== undefined),
    trustReadAt: readAt.toISOString(),
  };
  return { kind: 'answer', answer, values: 'code' in bundle ? {} : rawValues(bundle, artifact) };
}

export interface PolicyCase {
  readonly policy: string;
  readonly bundles: readonly { readonly name: string; readonly bundle: string }[];
  readonly now: Date;
  /** Between two bundles, so that whatever else this thread does goes on. */
  readonly breathe: () => Promise<void>;
  /** Each bundle under a bare key is tried with each key of the policy; more tries than these are not begun. */
  readonly mostTries: number;
}

export async function answerPolicy(
  asked: PolicyCase,
  artifact: Artifact,
  { trustedRoot, readAt }: Trust,
): Promise<VerifyOutcome> {
  const policy = policyIn(asked.policy);
  if (policy instanceof PolicyError) {
    const reason = `${policy.message} (${policy.code})`;
    return problem(400, `policy: ${reason}`, `That policy cannot be used: ${visibleText(reason)}.`);
  }
  if (triesOf(policy, asked.bundles) > asked.mostTries) {
    const reason = 'too many under bare keys for the many keys of the policy';
    return problem(400, `bundles: ${reason}`, `Give fewer of these bundles at once: they are ${reason}.`);
  }
  const submissions: Submission[] = [];
  for (const { name, bundle } of asked.bundles) {
    submissions.push(await verifySubmission(name, bundle, { policy, artifact, trustedRoot }));
    await asked.breathe();
  }
  const report = evaluatePolicy(policy, { artifact, submissions, now: asked.now });
  const said = { satisfied: 'Satisfied', unsatisfied: 'Not satisfied', blocked: 'Blocked' }[report.verdict];
  const answer: PolicyAnswer = {
    verdict: report.verdict,
    reason: report.reason,
    rule: report.rule,
    signatures: report.signatures.map((one, at) => ({
      ...one,
      verification: submissionJson(submissions[at]),
    })),
    artifact: nameOf(artifact),
    statement: `${said}: ${report.reason}.`,
    trustReadAt: readAt.toISOString(),
  };
  return { kind: 'answer', answer, values: {} };
}

function nameOf(artifact: Artifact): string {
  for (const [prefix, hash] of Object.entries(hashNames)) {
    const digest = artifact.digest(hash);
    if (digest !== undefined) return `${prefix}:${toHex(digest)}`;
  }
  return 'unknown';
}

function reading(text: string): Bundle | { readonly code: string; readonly reason: string } {
  try {
    return readBundle(text);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    return { code: error.code, reason: error.message };
  }
}

function policyIn(text: string): Policy | PolicyError {
  try {
    return readPolicy(text);
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
}

function triesOf({ people }: Policy, bundles: PolicyCase['bundles']): number {
  const keys = people.flatMap(({ credentials }) => credentials.filter(({ kind }) => kind === 'key'));
  const bare = bundles.map(({ bundle }) => reading(bundle)).filter(isBare);
  return keys.length * bare.length;
}

function isBare(bundle: ReturnType<typeof reading>): boolean {
  return !('code' in bundle) && bundle.material.kind === 'public-key';
}

function submissionJson(submission: Submission | undefined) {
  const verification = submission?.verification;
  if (verification === undefined) return plain(unreadable('unexpected-error', 'not verified'));
  return plain(
    verification.verdict === 'unreadable'
      ? unreadable(verification.code, verification.reason)
      : verificationJson(verification),
  );
}

function unreadable(code: string, reason: string): VerificationJson {
  return { verdict: 'refused', failure: { step: 'bundle', code, reason }, steps: [] };
}

/** The same without `readonly`, which zod's types do not know. */
function plain(json: VerificationJson) {
  return structuredClone(json) as PolicyAnswer['signatures'][number]['verification'];
}
