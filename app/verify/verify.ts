/**
 * Verifying on our side, for the API and for forms without script, run outside the framework's bundle: what the engine
 * catches is told apart by class.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { artifactOfBytes, type Artifact } from '#lib/verify/artifact.ts';
import type { ExpectedSigner } from '#lib/verify/verify-identity.ts';
import type { FulcioClaimName } from '#lib/x509/fulcio-oids.ts';
import type { TextPattern } from '#lib/verify/text-pattern.ts';
import { artifactOfText } from './artifact-text.ts';
import {
  answerPolicy,
  answerSigner,
  problem,
  type Problem,
  type Trust,
  type VerifyOutcome,
} from './engine.ts';
import { expectedOf } from './expected.ts';
import type { Question, TrustChoice } from './form-request.ts';
import { largestFile } from './limits.ts';
import { longestBundle, type KeyRequest, type SignerRequest, type VerifyRequest } from './schemas.ts';
import { givenTrust } from './trust-file.ts';

/** More tries would hold up everybody else. */
const mostTries = 100;

export interface TrustReaders {
  /** Undefined while there is nobody to believe. */
  readonly own: () => Promise<Trust | undefined>;
  readonly public: () => Promise<Trust | undefined>;
}

export async function verifyRequest(
  request: VerifyRequest,
  readers: TrustReaders,
  now: Date,
): Promise<VerifyOutcome> {
  const artifact = readArtifact(request.artifact);
  if (artifact === undefined) return problem(400, 'artifact.bytes: not base64');
  const trust = await trustOf({ kind: 'own' }, readers, now);
  if ('kind' in trust) return trust;
  if ('policy' in request) {
    const { policy, bundles } = request;
    return answerPolicy({ policy, bundles, now, breathe, mostTries }, artifact, trust);
  }
  const signer = expectedSigner(request);
  if (signer === undefined) return problem(400, 'key: not one PEM public key');
  const { predicateTypes } = request;
  const expected = { signer, ...(predicateTypes === undefined ? {} : { predicateTypes }) };
  return answerSigner(request.bundle, artifact, expected, trust);
}

/** Of a form that came here, since the browser ran no script. */
export async function verifyForm(
  question: Question,
  readers: TrustReaders,
  now: Date,
): Promise<VerifyOutcome> {
  const artifact = await artifactOfForm(question.artifact);
  if ('kind' in artifact) return artifact;
  const bundles = question.kind === 'policy' ? question.bundles : [question];
  if (bundles.some(({ bundle }) => bundle.length > longestBundle)) {
    const words = 'That bundle is over 1 MiB. With script, or on the command line, it may be larger.';
    return problem(400, 'bundle: over 1 MiB', words);
  }
  const trust = await trustOf(question.trust, readers, now);
  if ('kind' in trust) return trust;
  if (question.kind === 'policy')
    return answerPolicy({ ...question, now, breathe, mostTries }, artifact, trust);
  const signer = expectedOf(question.expected);
  return 'status' in signer ? signer : answerSigner(question.bundle, artifact, { signer }, trust);
}

async function artifactOfForm(given: Question['artifact']): Promise<Artifact | Problem> {
  if ('digest' in given) {
    return artifactOfText(given.digest) ?? problem(400, 'digest: not a digest');
  }
  if (given.file.size > largestFile) {
    const words =
      'That file is over 8 MiB, which is the most we take. Give its digest instead: sha256sum FILE says it.';
    return problem(400, 'file: over 8 MiB', words);
  }
  return artifactOfBytes(new Uint8Array(await given.file.arrayBuffer()));
}

async function trustOf(choice: TrustChoice, readers: TrustReaders, now: Date): Promise<Trust | Problem> {
  if (choice.kind === 'given') return givenTrust(choice.text, now);
  const trust = await readers[choice.kind]();
  if (trust !== undefined) return trust;
  return choice.kind === 'own'
    ? problem(503, 'This instance has not read its trusted root yet. Try again in a minute.')
    : problem(503, 'This instance could not get the trusted root of the public instance. Give it as a file.');
}

function readArtifact(given: SignerRequest['artifact']): Artifact | undefined {
  if ('digest' in given) return artifactOfText(given.digest);
  const bytes = fromBase64(given.bytes);
  return bytes && artifactOfBytes(bytes);
}

/** Undefined for a key that is none. */
function expectedSigner(request: SignerRequest | KeyRequest): ExpectedSigner | undefined {
  if ('key' in request) {
    const signer = expectedOf(request);
    return 'status' in signer ? undefined : signer;
  }
  const claims = Object.entries(request.claims ?? {}).flatMap(([name, given]) =>
    given === undefined ? [] : [[name, textPattern(given)] as const],
  );
  return {
    kind: 'identity',
    identity: identityPattern(request.identity),
    issuer: textPattern(request.issuer),
    claims: Object.fromEntries(claims) as { [name in FulcioClaimName]?: TextPattern },
  };
}

function identityPattern(given: SignerRequest['identity']): TextPattern {
  if (typeof given === 'object' && 'emailDomain' in given) {
    return { kind: 'email-domain', domain: given.emailDomain };
  }
  return textPattern(given);
}

function textPattern(given: SignerRequest['issuer']): TextPattern {
  return typeof given === 'string' ? { kind: 'exact', text: given } : { kind: 'glob', glob: given.glob };
}
