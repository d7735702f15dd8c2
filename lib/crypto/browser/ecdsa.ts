/** ECDSA over a digest in a browser. */
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { readEcdsaSignature } from '../ecdsa-signature.ts';
import type { Curve } from '../public-key.ts';

const curves = { 'P-256': p256, 'P-384': p384, 'P-521': p521 };

/** `point` is 0x04 || x || y, `signature` DER. A signature with the larger s is as good as its twin (SEC 1 §4.1.4). */
export function verifyEcdsaDigest(
  curve: Curve,
  point: Uint8Array,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const known = curves[curve];
  if (readEcdsaSignature(signature, known.Point.Fn.ORDER) === undefined) return false;
  try {
    return known.verify(signature, digest, point, { prehash: false, lowS: false, format: 'der' });
  } catch {
    return false;
  }
}
