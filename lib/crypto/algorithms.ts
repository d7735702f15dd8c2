/**
 * The algorithm registry: which key, with which hash, goes by which name. The names and numbers are PublicKeyDetails of
 * Sigstore's protobuf-specs; these are the ones a Rekor v2 log takes. A key has exactly one of them, since verifiers
 * rebuild a log entry from the key alone and must come to the same name.
 */
import type { HashName } from './hash-name.ts';
import type { PublicKey } from './public-key.ts';

/** HashAlgorithm of protobuf-specs. */
export type ProtoHash = 'SHA2_256' | 'SHA2_384' | 'SHA2_512';

export interface SigningAlgorithm {
  readonly keyDetails: string;
  readonly number: number;
  readonly hash: HashName;
  readonly protoHash: ProtoHash;
  fits(key: PublicKey): boolean;
}

const sha256 = { hash: 'SHA-256', protoHash: 'SHA2_256' } as const;
const sha384 = { hash: 'SHA-384', protoHash: 'SHA2_384' } as const;
const sha512 = { hash: 'SHA-512', protoHash: 'SHA2_512' } as const;
const rsa = (bits: number) => (key: PublicKey) => key.kind === 'rsa' && key.bits === bits;
const ecdsa = (curve: string) => (key: PublicKey) => key.kind === 'ecdsa' && key.curve === curve;

const signingAlgorithms: readonly SigningAlgorithm[] = [
  { keyDetails: 'PKIX_ECDSA_P256_SHA_256', number: 5, ...sha256, fits: ecdsa('P-256') },
  { keyDetails: 'PKIX_ECDSA_P384_SHA_384', number: 12, ...sha384, fits: ecdsa('P-384') },
  { keyDetails: 'PKIX_ECDSA_P521_SHA_512', number: 13, ...sha512, fits: ecdsa('P-521') },
  { keyDetails: 'PKIX_RSA_PKCS1V15_2048_SHA256', number: 9, ...sha256, fits: rsa(2048) },
  { keyDetails: 'PKIX_RSA_PKCS1V15_3072_SHA256', number: 10, ...sha256, fits: rsa(3072) },
  { keyDetails: 'PKIX_RSA_PKCS1V15_4096_SHA256', number: 11, ...sha256, fits: rsa(4096) },
  // Only prehashed: an entry holds a digest, and Ed25519 proper cannot be checked against one.
  { keyDetails: 'PKIX_ED25519_PH', number: 8, ...sha512, fits: (key) => key.kind === 'ed25519' },
];

const byName = new Map(signingAlgorithms.map((algorithm) => [algorithm.keyDetails, algorithm]));
const byNumber = new Map(signingAlgorithms.map((algorithm) => [algorithm.number, algorithm]));

/** protojson writes an enum by name or by number. */
export function algorithmNamed(keyDetails: string | number): SigningAlgorithm | undefined {
  return typeof keyDetails === 'number' ? byNumber.get(keyDetails) : byName.get(keyDetails);
}

export function algorithmOf(key: PublicKey): SigningAlgorithm | undefined {
  return signingAlgorithms.find((algorithm) => algorithm.fits(key));
}
