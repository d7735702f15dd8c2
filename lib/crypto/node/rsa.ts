/** The RSA public operation (RFC 8017 §5.2.2), where node:crypto is. */
import { constants, createPublicKey, publicDecrypt } from 'node:crypto';

/** The encoded message, as long as the modulus; undefined when the signature is not a number the key can open. */
export function rsaOpen(
  modulus: Uint8Array,
  exponent: Uint8Array,
  signature: Uint8Array,
): Uint8Array | undefined {
  if (signature.length !== modulus.length) return undefined;
  const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  try {
    const key = createPublicKey({
      key: { kty: 'RSA', n: base64url(modulus), e: base64url(exponent) },
      format: 'jwk',
    });
    return publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
  } catch {
    return undefined;
  }
}
