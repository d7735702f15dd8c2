/** Ed25519 (RFC 8032) where node:crypto is. */
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { ed25519phVerify } from '../ed25519ph.ts';

// Keys of logs come again and again and those of signers once: a few recent ones are worth keeping.
const recent = new Map<string, KeyObject>();
const keep = 64;

export function verifyEd25519(rawKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (rawKey.length !== 32 || signature.length !== 64) return false;
  const x = Buffer.from(rawKey).toString('base64url');
  try {
    return verify(null, message, keyFor(x), signature);
  } catch {
    return false;
  }
}

function keyFor(x: string): KeyObject {
  const known = recent.get(x);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  if (recent.size >= keep) recent.clear();
  recent.set(x, key);
  return key;
}

/** Ed25519ph with an empty context, over a SHA-512 digest (RFC 8032 §5.1). Node has no such function of its own. */
export const verifyEd25519ph = ed25519phVerify;
