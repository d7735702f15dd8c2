/**
 * The leaf of a Rekor v2 log, hashedrekord 0.0.2: protojson of the typed entry in the form of RFC 8785 (JCS). Verifiers
 * rebuild these bytes from a bundle, so nothing may be added, and one entry has one spelling:
 *
 * {"apiVersion":"0.0.2","kind":"hashedrekord","spec":{"hashedRekordV002":{
 *   "data":{"algorithm":"SHA2_256","digest":B64},
 *   "signature":{"content":B64,"verifier":{"keyDetails":NAME,"x509Certificate":{"rawBytes":B64}}}}}}
 *
 * or `"publicKey":{"rawBytes":B64}` in place of the certificate. All strings are plain ASCII.
 */
import type { ProtoHash } from '#lib/crypto/algorithms.ts';
import { fromBase64, toBase64 } from '#lib/encoding/base64.ts';
import { fromUtf8, utf8 } from '#lib/encoding/bytes.ts';
import { scanHashedRekord, type Scanned } from './scan-hashedrekord.ts';

export type HashedRekordErrorCode = 'other-kind' | 'malformed';

export class HashedRekordError extends Error {
  override readonly name = 'HashedRekordError';
  readonly code: HashedRekordErrorCode;

  constructor(code: HashedRekordErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export interface EntryVerifier {
  /** DER: a certificate, or a SubjectPublicKeyInfo. */
  readonly kind: 'certificate' | 'publicKey';
  readonly bytes: Uint8Array;
}

export interface HashedRekord {
  readonly digestAlgorithm: ProtoHash;
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
  readonly verifier: EntryVerifier;
  readonly keyDetails: string;
}

export const hashedRekordKind = { kind: 'hashedrekord', version: '0.0.2' } as const;

const opening =
  '{"apiVersion":"0.0.2","kind":"hashedrekord","spec":{"hashedRekordV002":{"data":{"algorithm":"';

const openingBytes = utf8(opening);

export function formatHashedRekord(entry: HashedRekord): Uint8Array {
  const field = entry.verifier.kind === 'certificate' ? 'x509Certificate' : 'publicKey';
  return utf8(
    `${opening}${entry.digestAlgorithm}","digest":"${toBase64(entry.digest)}"},` +
      `"signature":{"content":"${toBase64(entry.signature)}","verifier":{"keyDetails":"${entry.keyDetails}",` +
      `"${field}":{"rawBytes":"${toBase64(entry.verifier.bytes)}"}}}}}}`,
  );
}

const digestBytes: Record<string, number> = { SHA2_256: 32, SHA2_384: 48, SHA2_512: 64 };
const base64 = '([A-Za-z0-9+/]+={0,2})';
const form = new RegExp(
  `^(SHA2_(?:256|384|512))","digest":"${base64}"\\},"signature":\\{"content":"${base64}",` +
    `"verifier":\\{"keyDetails":"([A-Z0-9_]{1,64})","(x509Certificate|publicKey)":\\{"rawBytes":"${base64}"\\}{6}$`,
);

/**
 * Reads a leaf, attacker-controlled. Throws HashedRekordError: `other-kind` when it does not begin as an entry of this
 * kind, `malformed` when it does and is not the one spelling. Certificate and signature are not looked into.
 */
export function parseHashedRekord(leaf: Uint8Array): HashedRekord {
  const scanned = scanHashedRekord(leaf, openingBytes);
  if (scanned !== undefined && isKnown(scanned)) return scanned;
  const text = asText(leaf);
  if (!text.startsWith(opening)) throw new HashedRekordError('other-kind', 'not a hashedrekord 0.0.2 entry');
  const match = form.exec(text.slice(opening.length));
  if (match === null) throw malformed('not the canonical form');
  const [, algorithm = '', digestText = '', signatureText = '', keyDetails = '', field, verifierText = ''] =
    match;
  const [digest, signature, bytes] = [digestText, signatureText, verifierText].map(fromBase64);
  if (digest === undefined || signature === undefined || bytes === undefined) throw malformed('bad base64');
  if (digest.length !== digestBytes[algorithm]) throw malformed('digest and algorithm do not fit');
  const kind = field === 'x509Certificate' ? 'certificate' : 'publicKey';
  const digestAlgorithm = algorithm as ProtoHash;
  return { digestAlgorithm, digest, signature, verifier: { kind, bytes }, keyDetails };
}

/** The same conditions that the form below has. */
function isKnown(scanned: Scanned): scanned is HashedRekord {
  const { digestAlgorithm, digest, keyDetails } = scanned;
  return digestBytes[digestAlgorithm] === digest.length && keyDetails !== '' && keyDetails.length <= 64;
}

function asText(leaf: Uint8Array): string {
  try {
    return fromUtf8(leaf);
  } catch {
    throw new HashedRekordError('other-kind', 'not UTF-8');
  }
}

function malformed(reason: string): HashedRekordError {
  return new HashedRekordError('malformed', `malformed hashedrekord 0.0.2 entry: ${reason}`);
}
