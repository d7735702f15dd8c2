/** SHA-2 by name, in a browser. */
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import type { HashName } from '../hash-name.ts';

const functions = { 'SHA-256': sha256, 'SHA-384': sha384, 'SHA-512': sha512 };

export function digest(hash: HashName, bytes: Uint8Array): Uint8Array {
  return functions[hash](bytes);
}
