/**
 * The one engine behind the page and the API, run outside the framework's bundle: what it catches is told apart by class.
 * It answers every bundle, however broken; a problem is a request that asks nothing that could be answered.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import { BundleError, type Bundle } from '#lib/bundle/bundle.ts';
import { readBundle } from '#lib/bundle/read-bundle.ts';
import type { HashName } from '#lib/crypto/hash-name.ts';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { fromHex, toHex } from '#lib/encoding/bytes.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { evaluatePolicy } from '#lib/policy/evaluate-policy.ts';
import { PolicyError } from '#lib/policy/policy-error.ts';
import type { Policy } from '#lib/policy/policy.ts';
import { readPolicy } from '#lib/policy/read-policy.ts';
import type { Submission } from '#lib/policy/submission.ts';
import { verifySubmission } from '#lib/policy/verify-submission.ts';
import { artifactOfBytes, artifactOfDigests, type Artifact } from '#lib/verify/artifact.ts';
import { readKeyFile } from '#lib/verify/key-file.ts';
import { VerificationFailure } from '#lib/verify/verification.ts';
import type { ExpectedSigner } from '#lib/verify/verify-identity.ts';
import type { FulcioClaimName } from '#lib/x509/fulcio-oids.ts';
import { verificationJson, type VerificationJson } from '#lib/verify/verification-json.ts';
import { verifyBundle } from '#lib/verify/verify-bundle.ts';
import type { TextPattern } from '#lib/verify/text-pattern.ts';
import type {
  KeyRequest,
  PolicyAnswer,
  PolicyRequest,
  SignerAnswer,
  SignerRequest,
  VerifyRequest,
} from './schemas.ts';
import { statementOf } from './statement.ts';
import type { Trust } from './trust.ts';

export type VerifyOutcome =
  | { readonly kind: 'answer'; readonly answer: SignerAnswer | PolicyAnswer }
  | {
      readonly kind: 'problem';
      readonly status: 400 | 503;
      readonly detail: string;
      /** The same for somebody who filled in a form and knows no members of a request. */
      readonly words?: string | undefined;
    };

/** Each bundle under a bare key is tried with each key of the policy; more tries would hold up everybody else. */
const mostTries = 100;

export async function verifyRequest(
  request: VerifyRequest,
  readTrust: () => Promise<Trust | undefined>,
  now: Date,
): Promise<VerifyOutcome> {
  const artifact = readArtifact(request.artifact);
  if (artifact === undefined) return problem(400, 'artifact.bytes: not base64');
  const trust = await readTrust();
  if (trust === undefined) {
    return problem(503, 'This instance has not read its trusted root yet. Try again in a minute.');
  }
  if ('policy' in request) return answerPolicy(request, artifact, trust, now);
  const signer = expectedSigner(request);
  if (signer === undefined) return problem(400, 'key: not one PEM public key');
  return { kind: 'answer', answer: await answerSigner(request, signer, artifact, trust) };
}

function problem(status: 400 | 503, detail: string, words?: string): VerifyOutcome {
  return { kind: 'problem', status, detail, words };
}

const hashes: Readonly<Record<string, HashName>> = {
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};

function readArtifact(given: SignerRequest['artifact']): Artifact | undefined {
  if ('bytes' in given) {
    const bytes = fromBase64(given.bytes);
    return bytes && artifactOfBytes(bytes);
  }
  const [algorithm = '', hex = ''] = given.digest.includes(':')
    ? given.digest.split(':')
    : ['sha256', given.digest];
  const [hash, bytes] = [hashes[algorithm], fromHex(hex)];
  return hash && bytes && artifactOfDigests({ [hash]: bytes });
}

function nameOf(artifact: Artifact): string {
  for (const [prefix, hash] of Object.entries(hashes)) {
    const digest = artifact.digest(hash);
    if (digest !== undefined) return `${prefix}:${toHex(digest)}`;
  }
  return 'unknown';
}

async function answerSigner(
  request: SignerRequest | KeyRequest,
  signer: ExpectedSigner,
  artifact: Artifact,
  { trustedRoot, readAt }: Trust,
): Promise<SignerAnswer> {
  const { predicateTypes } = request;
  const expected = { signer, ...(predicateTypes === undefined ? {} : { predicateTypes }) };
  const bundle = reading(request.bundle);
  const outcome = plain(
    'code' in bundle
      ? unreadable(bundle.code, bundle.reason)
      : verificationJson(await verifyBundle(bundle, artifact, { trustedRoot, expected })),
  );
  return {
    ...outcome,
    artifact: nameOf(artifact),
    statement: statementOf(outcome, artifact.bytes !== undefined),
    trustReadAt: readAt.toISOString(),
  };
}

/** Undefined for a key that is none. */
function expectedSigner(request: SignerRequest | KeyRequest): ExpectedSigner | undefined {
  if ('key' in request) {
    try {
      return { kind: 'key', key: readKeyFile(request.key) };
    } catch (error) {
      if (error instanceof VerificationFailure) return undefined;
      throw error;
    }
  }
  const claims = Object.entries(request.claims ?? {}).flatMap(([name, given]) =>
    given === undefined ? [] : [[name, issuerPattern(given)] as const],
  );
  return {
    kind: 'identity',
    identity: identityPattern(request.identity),
    issuer: issuerPattern(request.issuer),
    claims: Object.fromEntries(claims) as { [name in FulcioClaimName]?: TextPattern },
  };
}

function identityPattern(given: SignerRequest['identity']): TextPattern {
  if (typeof given === 'object' && 'emailDomain' in given) {
    return { kind: 'email-domain', domain: given.emailDomain };
  }
  return issuerPattern(given);
}

function issuerPattern(given: SignerRequest['issuer']): TextPattern {
  return typeof given === 'string' ? { kind: 'exact', text: given } : { kind: 'glob', glob: given.glob };
}

function reading(text: string): Bundle | { readonly code: string; readonly reason: string } {
  try {
    return readBundle(text);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    return { code: error.code, reason: error.message };
  }
}

async function answerPolicy(
  request: PolicyRequest,
  artifact: Artifact,
  { trustedRoot, readAt }: Trust,
  now: Date,
): Promise<VerifyOutcome> {
  const policy = policyIn(request.policy);
  if (policy instanceof PolicyError) {
    const reason = `${policy.message} (${policy.code})`;
    return problem(400, `policy: ${reason}`, `That policy cannot be used: ${visibleText(reason)}.`);
  }
  if (triesOf(policy, request) > mostTries) {
    const reason = 'too many under bare keys for the many keys of the policy';
    return problem(400, `bundles: ${reason}`, `Give fewer of these bundles at once: they are ${reason}.`);
  }
  const submissions: Submission[] = [];
  for (const { name, bundle } of request.bundles) {
    submissions.push(await verifySubmission(name, bundle, { policy, artifact, trustedRoot }));
    await breathe();
  }
  const { verdict, reason, rule, signatures } = evaluatePolicy(policy, { artifact, submissions, now });
  const said = { satisfied: 'Satisfied', unsatisfied: 'Not satisfied', blocked: 'Blocked' }[verdict];
  const answer: PolicyAnswer = {
    verdict,
    reason,
    rule,
    signatures: signatures.map((one, at) => ({ ...one, verification: submissionJson(submissions[at]) })),
    artifact: nameOf(artifact),
    statement: `${said}: ${reason}.`,
    trustReadAt: readAt.toISOString(),
  };
  return { kind: 'answer', answer };
}

function policyIn(text: string): Policy | PolicyError {
  try {
    return readPolicy(text);
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
}

function triesOf({ people }: Policy, { bundles }: PolicyRequest): number {
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
