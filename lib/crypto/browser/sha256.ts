/** SHA-256 in a browser: synchronous, so that the Merkle code is the same code everywhere. */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';

export function sha256(bytes: Uint8Array): Uint8Array {
  return nobleSha256(bytes);
}
