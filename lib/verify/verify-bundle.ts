/**
 * Verifying a bundle: five steps in order, each in a file of its own. Every step runs that has what it needs, so that a
 * person sees all that is wrong; the first failure is the reason. It throws for no input, and a step that ended in a way
 * nobody foresaw refuses (failure closes). No clock, no network: the trusted root and the bundle say everything.
 */
import { digest } from '#crypto/digest.ts';
import type { Bundle } from '#lib/bundle/bundle.ts';
import { preAuthenticationEncoding } from '#lib/bundle/pre-authentication-encoding.ts';
import { readPublicKey, type PublicKey } from '#lib/crypto/public-key.ts';
import { DerError } from '#lib/encoding/der-reader.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import type { EntryVerifier } from '#lib/rekor/hashedrekord.ts';
import type { TrustedRoot } from '#lib/trust/trusted-root.ts';
import type { Certificate } from '#lib/x509/certificate.ts';
import type { Artifact } from './artifact.ts';
import type { SignedThing } from './signed-thing.ts';
import { runSteps, type Steps } from './steps.ts';
import {
  VerificationFailure,
  type ObservedTime,
  type Signer,
  type Verification,
  type VerifiedTime,
} from './verification.ts';
import {
  certificateFacts,
  readLeaf,
  readSigner,
  refuseRoots,
  verifyCertificate,
} from './verify-certificate.ts';
import { verifyContent } from './verify-content.ts';
import { verifyIdentity, type Expectation } from './verify-identity.ts';
import { verifyEntries } from './verify-log-entry.ts';
import { verifyTimestamps } from './verify-timestamps.ts';

export interface VerificationOptions {
  readonly trustedRoot: TrustedRoot;
  readonly expected: Expectation;
  /** Off unless set: an old bundle without inclusion proof then passes on the log's promise alone. */
  readonly acceptPromiseAlone?: boolean;
  /** Used when nobody signed for a time, and only when somebody decided to believe this observer. */
  readonly observed?: ObservedTime | undefined;
}

export async function verifyBundle(
  bundle: Bundle,
  artifact: Artifact,
  options: VerificationOptions,
): Promise<Verification> {
  return runSteps((steps) => walk(bundle, artifact, options, steps));
}

async function walk(
  bundle: Bundle,
  artifact: Artifact,
  { trustedRoot, expected, acceptPromiseAlone = false, observed }: VerificationOptions,
  steps: Steps,
): Promise<Verification | undefined> {
  const times = await steps.run('timestamps', async () => {
    const verified = await verifyTimestamps(bundle, trustedRoot, observed);
    return [verified, verified.map(timeFact)];
  });
  const party = await steps.run('certificate', async () =>
    identifySigner(bundle, expected, times, trustedRoot),
  );
  const keyed = party ?? attempt(() => bareParty(bundle, expected));
  const entries = await steps.run('log', async () => {
    if (keyed === undefined) return undefined;
    const signed = signedThing(bundle, keyed, artifact);
    const dates = (times ?? []).map(({ time }) => time);
    const verified = verifyEntries(bundle.entries, signed, dates, {
      tlogs: trustedRoot.tlogs,
      acceptPromiseAlone,
    });
    return [verified, verified.map(({ logUrl, logIndex }) => `entry ${logIndex} of ${visibleText(logUrl)}`)];
  });
  const content = await steps.run('signature', async () => {
    if (keyed === undefined) return undefined;
    const verified = verifyContent(bundle.content, keyed.key, artifact);
    return [verified, ['the signature verifies over this artifact']];
  });
  const identity = await steps.run('identity', async () => {
    // Text out of a certificate that nobody vouches for is anybody's text.
    if (party === undefined || content === undefined) return undefined;
    return [party.signer, verifyIdentity(expected, party.signer, content.predicateType)];
  });
  if (!times || !entries || !content || !identity) return undefined;
  return steps.verified({
    signer: identity,
    times: distinctTimes(times),
    entries,
    predicateType: content.predicateType,
    signature: bundle.content.signature,
  });
}

interface Party {
  readonly key: PublicKey;
  readonly verifier: EntryVerifier;
  readonly signer: Signer;
}

async function identifySigner(
  bundle: Bundle,
  expected: Expectation,
  times: readonly VerifiedTime[] | undefined,
  trustedRoot: TrustedRoot,
): Promise<[Party, string[]] | undefined> {
  if (bundle.material.kind === 'public-key') {
    return [bareParty(bundle, expected), ['signed with a key of its own, without a certificate']];
  }
  const leaf = readLeaf(bundle.material.leaf);
  refuseRoots(bundle.material.others);
  if (times === undefined) return undefined;
  const { logsVouching } = await verifyCertificate(
    leaf,
    times.map(({ time }) => time),
    trustedRoot,
  );
  const signer = readSigner(leaf);
  return [certifiedParty(leaf, signer), certificateFacts(signer, logsVouching)];
}

/** The key alone, before or without anyone's word for it: enough for the steps that are about bytes. */
function bareParty(bundle: Bundle, expected: Expectation): Party {
  if (bundle.material.kind === 'certificate') {
    const leaf = readLeaf(bundle.material.leaf);
    return certifiedParty(leaf, { kind: 'key', key: leaf.spki });
  }
  if (expected.signer.kind !== 'key') {
    throw new VerificationFailure('key-missing', 'signed with a bare key, which must be given to verify');
  }
  const spki = expected.signer.key;
  return {
    key: readKey(spki),
    verifier: { kind: 'publicKey', bytes: spki },
    signer: { kind: 'key', key: spki },
  };
}

function certifiedParty(leaf: Certificate, signer: Signer): Party {
  return { key: readKey(leaf.spki), verifier: { kind: 'certificate', bytes: leaf.encoding }, signer };
}

function readKey(spki: Uint8Array): PublicKey {
  try {
    return readPublicKey(spki);
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new VerificationFailure('key-malformed', `public key: ${cause.message}`, { cause });
  }
}

/** The failure, if there is one, has been reported by the certificate step. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

function signedThing({ content }: Bundle, { key, verifier }: Party, artifact: Artifact): SignedThing {
  const { signature } = content;
  if (content.kind === 'message') {
    const digests: Extract<SignedThing['content'], { kind: 'message' }>['digests'] = (hash) => [
      ...[artifact.digest(hash)].filter((known) => known !== undefined),
      ...(content.digest?.algorithm === hash ? [content.digest.bytes] : []),
    ];
    return { signature, verifier, key, content: { kind: 'message', digests } };
  }
  const { payloadType, payload } = content;
  return {
    signature,
    verifier,
    key,
    content: {
      kind: 'envelope',
      payloadType,
      payload,
      encodingDigest: (hash) => digest(hash, preAuthenticationEncoding(payloadType, payload)),
    },
  };
}

/** One word of one authority: its earliest. */
function distinctTimes(times: readonly VerifiedTime[]): VerifiedTime[] {
  return times.filter(
    ({ authority }, at) => times.findIndex((other) => other.authority === authority) === at,
  );
}

function timeFact({ source, time, name }: VerifiedTime): string {
  const how = source === 'observer' ? 'in the log' : 'signed';
  return `${how} by ${time.toISOString()}, says ${visibleText(name)}`;
}
