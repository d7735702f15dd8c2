/**
 * Step 4, signature: it verifies under the key, and it is about this artifact. A plain signature is over the artifact; an
 * attestation is over a statement (DSSE, in-toto) that names the artifact by digest.
 */
import { preAuthenticationEncoding } from '#lib/bundle/pre-authentication-encoding.ts';
import { inTotoPayloadType, readStatement, type StatementSubject } from '#lib/bundle/statement.ts';
import type { BundleContent, EnvelopeContent, MessageContent } from '#lib/bundle/bundle.ts';
import { algorithmOf } from '#lib/crypto/algorithms.ts';
import type { HashName } from '#lib/crypto/hash-name.ts';
import type { PublicKey } from '#lib/crypto/public-key.ts';
import { verifyDigest, verifyMessage } from '#lib/crypto/verify-signature.ts';
import { equal } from '#lib/encoding/bytes.ts';
import type { Artifact } from './artifact.ts';
import { VerificationFailure } from './verification.ts';

/** Returns the predicate type of an attestation. */
export function verifyContent(
  content: BundleContent,
  key: PublicKey,
  artifact: Artifact,
): { readonly predicateType: string | undefined } {
  if (content.kind === 'message') {
    verifyMessageSignature(content, key, artifact);
    return { predicateType: undefined };
  }
  return { predicateType: verifyEnvelope(content, key, artifact) };
}

/** Of a key whose kind leaves it open, the hash everyone in this field takes. */
function hashFor(key: PublicKey): HashName {
  return algorithmOf(key)?.hash ?? 'SHA-256';
}

function verifyMessageSignature(content: MessageContent, key: PublicKey, artifact: Artifact): void {
  const stated = content.digest;
  if (stated !== undefined) {
    const actual = artifact.digest(stated.algorithm);
    if (actual === undefined) {
      throw new VerificationFailure('artifact-mismatch', `the ${stated.algorithm} of the artifact is needed`);
    }
    if (!equal(actual, stated.bytes)) {
      throw new VerificationFailure('artifact-mismatch', 'the bundle is about another artifact');
    }
  }
  if (!isSignatureOver(artifact, key, content.signature, stated?.algorithm)) {
    throw new VerificationFailure('signature-invalid', 'the signature does not verify over the artifact');
  }
}

function isSignatureOver(
  artifact: Artifact,
  key: PublicKey,
  signature: Uint8Array,
  stated: HashName | undefined,
): boolean {
  if (key.kind === 'ed25519' && artifact.bytes !== undefined) {
    if (verifyMessage(key, 'SHA-512', artifact.bytes, signature)) return true;
  }
  // Older clients sign SHA-256 with every curve; the hash is then the one the bundle states.
  return [...new Set([hashFor(key), ...(stated === undefined ? [] : [stated])])].some((hash) => {
    const digest = artifact.digest(hash);
    return digest !== undefined && verifyDigest(key, hash, digest, signature);
  });
}

function verifyEnvelope(content: EnvelopeContent, key: PublicKey, artifact: Artifact): string {
  const encoding = preAuthenticationEncoding(content.payloadType, content.payload);
  const hashes = new Set<HashName>([hashFor(key), 'SHA-256']);
  if (![...hashes].some((hash) => verifyMessage(key, hash, encoding, content.signature))) {
    throw new VerificationFailure('signature-invalid', 'the signature of the envelope does not verify');
  }
  if (content.payloadType !== inTotoPayloadType) {
    throw new VerificationFailure('content-unsupported', 'the envelope holds no in-toto statement');
  }
  const statement = readStatement(content.payload);
  if (statement === undefined) {
    throw new VerificationFailure('statement-malformed', 'the envelope holds no statement we can read');
  }
  if (!statement.subjects.some((subject) => isAbout(subject, artifact))) {
    throw new VerificationFailure('artifact-mismatch', 'the statement is about another artifact');
  }
  return statement.predicateType;
}

const comparable = { sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' } as const;

/** At least one digest that both have, and none that differs. */
function isAbout({ digests }: StatementSubject, artifact: Artifact): boolean {
  let agreed = 0;
  for (const [name, hash] of Object.entries(comparable)) {
    const stated = digests.get(name);
    const actual = stated && artifact.digest(hash);
    if (stated === undefined || actual === undefined) continue;
    if (!equal(stated, actual)) return false;
    agreed++;
  }
  return agreed > 0;
}
