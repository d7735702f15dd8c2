/** Ed25519 (RFC 8032) in a browser: synchronous, so that the verifier is the same code everywhere. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { ed25519phVerify } from '../ed25519ph.ts';

export function verifyEd25519(rawKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (rawKey.length !== 32 || signature.length !== 64) return false;
  try {
    return ed25519.verify(signature, message, rawKey, { zip215: false });
  } catch {
    return false;
  }
}

/** Ed25519ph with an empty context, over a SHA-512 digest (RFC 8032 §5.1). */
export const verifyEd25519ph = ed25519phVerify;
