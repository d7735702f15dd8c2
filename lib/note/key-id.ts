/**
 * The identifiers of log keys. A note carries the first 4 bytes, Sigstore's trusted root all 32 (CLIENTS.md of rekor v2).
 * Ed25519 follows c2sp.org/signed-note: SHA-256(name || 0x0A || 0x01 || key). ECDSA keeps RFC 6962 §3.2's LogID,
 * SHA-256 of the SubjectPublicKeyInfo, which does not depend on the name.
 */
import { sha256 } from '#crypto/sha256.ts';
import { concat, utf8 } from '#lib/encoding/bytes.ts';

export function ed25519LogId(name: string, rawKey: Uint8Array): Uint8Array {
  if (rawKey.length !== 32) throw new RangeError('an Ed25519 key is 32 bytes');
  return sha256(concat(utf8(name), Uint8Array.of(0x0a, 0x01), rawKey));
}

export function spkiLogId(spki: Uint8Array): Uint8Array {
  return sha256(spki);
}

export function noteKeyId(logId: Uint8Array): Uint8Array {
  return logId.slice(0, 4);
}
