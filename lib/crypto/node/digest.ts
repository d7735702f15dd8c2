/** SHA-2 by name, where node:crypto is. */
import { createHash } from 'node:crypto';
import type { HashName } from '../hash-name.ts';

const names = { 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' } as const;

export function digest(hash: HashName, bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash(names[hash]).update(bytes).digest());
}
