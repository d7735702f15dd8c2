/**
 * A P-256 key of this page for one signature. WebCrypto signs no digest (it hashes what it is given whole), and a file
 * may be longer than memory, or gone from the page since the login; so the key is @noble/curves', and ends with this
 * closure.
 */
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, fromHex } from '#lib/encoding/bytes.ts';
import type { SigningKey } from '#lib/sign/transport.ts';

/** RFC 5480 §2: SubjectPublicKeyInfo of a point of P-256, up to the point. */
const spkiPrefix = fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200') ?? new Uint8Array();

export function ephemeralKey(): SigningKey {
  const secret = p256.utils.randomSecretKey();
  const signDigest = (digest: Uint8Array) => p256.sign(digest, secret, { prehash: false, format: 'der' });
  return {
    algorithm: 'ECDSA P-256',
    spki: concat(spkiPrefix, p256.getPublicKey(secret, false)),
    sign: (message) => signDigest(sha256(message)),
    signDigest,
  };
}
