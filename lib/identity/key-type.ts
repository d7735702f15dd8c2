/** What kind of key a SubjectPublicKeyInfo holds, by its first bytes: cheap enough to ask for every entry of a log. */
import { fromHex, toHex } from '#lib/encoding/bytes.ts';

/** AlgorithmIdentifier of RFC 5480 §2.1.1, RFC 8410 §3 and RFC 3279 §2.3.1, as DER begins with it. */
const spelt: readonly (readonly [string, string])[] = [
  ['3059301306072a8648ce3d020106082a8648ce3d030107', 'ECDSA P-256'],
  ['3076301006072a8648ce3d020106052b81040022', 'ECDSA P-384'],
  ['30819b301006072a8648ce3d020106052b81040023', 'ECDSA P-521'],
  ['302a300506032b6570', 'Ed25519'],
];
const beginnings = spelt.map(([hex, name]) => ({ bytes: fromHex(hex) ?? new Uint8Array(0), name }));
const rsa = /^3082[0-9a-f]{4}300d06092a864886f70d010101/;

/** Undefined for what is seldom enough to be no habit of anybody. */
export function keyTypeOf(spki: Uint8Array): string | undefined {
  for (const { bytes, name } of beginnings) if (beginsWith(spki, bytes)) return name;
  const start = toHex(spki.subarray(0, 24));
  // The modulus is all but some forty bytes of it.
  return rsa.test(start) ? `RSA ${Math.round((spki.length - 38) / 64) * 512}` : undefined;
}

function beginsWith(bytes: Uint8Array, beginning: Uint8Array): boolean {
  for (let at = 0; at < beginning.length; at++) if (bytes[at] !== beginning[at]) return false;
  return true;
}
