/** One way to check a signature by any public key we know, over a message or over nothing but its digest. */
import { digest } from '#crypto/digest.ts';
import { verifyEcdsaDigest } from '#crypto/ecdsa.ts';
import { verifyEd25519, verifyEd25519ph } from '#crypto/ed25519.ts';
import { rsaOpen } from '#crypto/rsa.ts';
import { concat, equal, fromHex } from '#lib/encoding/bytes.ts';
import { digestLength, type HashName } from './hash-name.ts';
import type { PublicKey, RsaPublicKey } from './public-key.ts';

/** ECDSA and RSA PKCS #1 v1.5 over the hash of the message; Ed25519 over the message itself, whatever the hash. */
export function verifyMessage(
  key: PublicKey,
  hash: HashName,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  return key.kind === 'ed25519'
    ? verifyEd25519(key.raw, message, signature)
    : verifyDigest(key, hash, digest(hash, message), signature);
}

/** For Ed25519 this is Ed25519ph, which is another signature than Ed25519 over the message. */
export function verifyDigest(
  key: PublicKey,
  hash: HashName,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (digest.length !== digestLength[hash]) return false;
  switch (key.kind) {
    case 'ecdsa':
      return verifyEcdsaDigest(key.curve, key.point, digest, signature);
    case 'ed25519':
      return hash === 'SHA-512' && verifyEd25519ph(key.raw, digest, signature);
    case 'rsa':
      return verifyPkcs1(key, hash, digest, signature);
  }
}

// DigestInfo up to the digest itself, RFC 8017 §9.2 note 1.
const digestInfo: Record<HashName, Uint8Array> = {
  'SHA-256': fromHex('3031300d060960864801650304020105000420') ?? new Uint8Array(0),
  'SHA-384': fromHex('3041300d060960864801650304020205000430') ?? new Uint8Array(0),
  'SHA-512': fromHex('3051300d060960864801650304020305000440') ?? new Uint8Array(0),
};

/** RSASSA-PKCS1-v1_5, RFC 8017 §8.2.2: the encoded message is rebuilt and compared whole, never parsed. */
function verifyPkcs1(
  { modulus, exponent }: RsaPublicKey,
  hash: HashName,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const suffix = concat(Uint8Array.of(0), digestInfo[hash], digest);
  const padding = modulus.length - suffix.length - 2;
  if (padding < 8) return false;
  const expected = concat(Uint8Array.of(0, 1), new Uint8Array(padding).fill(0xff), suffix);
  const opened = rsaOpen(modulus, exponent, signature);
  return opened !== undefined && equal(opened, expected);
}
