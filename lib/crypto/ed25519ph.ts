/** Ed25519ph, RFC 8032 §5.1, where only the SHA-512 digest of the message is known. Rare, so one slow way for all. */
import { eddsa } from '@noble/curves/abstract/edwards.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concat, utf8 } from '#lib/encoding/bytes.ts';

// dom2(1, ""), RFC 8032 §2: the flag is 1 for the prehashed variant, the context is empty.
const dom2 = concat(utf8('SigEd25519 no Ed25519 collisions'), Uint8Array.of(1, 0));
const overDigest = eddsa(ed25519.Point, sha512, { domain: (data: Uint8Array) => concat(dom2, data) });

export function ed25519phVerify(rawKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  if (rawKey.length !== 32 || digest.length !== 64 || signature.length !== 64) return false;
  try {
    return overDigest.verify(signature, digest, rawKey, { zip215: false });
  } catch {
    return false;
  }
}
