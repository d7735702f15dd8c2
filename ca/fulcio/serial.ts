/** Serial numbers of leaf certificates. */
import { randomBytes } from 'node:crypto';

/** RFC 5280 §4.1.2.2: positive, at most 20 octets; 158 random bits behind a leading 01, so never two the same. */
export function newSerial(): Uint8Array {
  const serial = Uint8Array.from(randomBytes(20));
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}
