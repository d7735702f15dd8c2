/** SHA-256 where node:crypto is. In Node 20 the hexadecimal form is by far the fastest way to a short digest. */
import { hash } from 'node:crypto';

export function sha256(bytes: Uint8Array): Uint8Array {
  const digest = new Uint8Array(32);
  Buffer.from(digest.buffer).write(hash('sha256', bytes, 'hex'), 'hex');
  return digest;
}
