/** The RSA public operation (RFC 8017 §5.2.2), in a browser. Public data: timing gives nothing away. */
import { readUint, uintBytes } from '#lib/encoding/bytes.ts';

/** The encoded message, as long as the modulus; undefined when the signature is not a number the key can open. */
export function rsaOpen(
  modulus: Uint8Array,
  exponent: Uint8Array,
  signature: Uint8Array,
): Uint8Array | undefined {
  const n = readUint(modulus);
  let base = readUint(signature);
  // A longer exponent than any real key has would only cost us time.
  if (signature.length !== modulus.length || base >= n || exponent.length > 8) return undefined;
  let result = 1n;
  for (let e = readUint(exponent); e > 0n; e >>= 1n) {
    if ((e & 1n) === 1n) result = (result * base) % n;
    base = (base * base) % n;
  }
  return uintBytes(result, modulus.length);
}
