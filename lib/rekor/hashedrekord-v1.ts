/**
 * The leaf of a hashedrekord 0.0.1 entry of Rekor v1, in the form of RFC 8785 (JCS):
 *
 * {"apiVersion":"0.0.1","kind":"hashedrekord","spec":{"data":{"hash":{"algorithm":NAME,"value":HEX}},
 *   "signature":{"content":B64,"publicKey":{"content":B64 of PEM}}}}
 */
import { toBase64 } from '#lib/encoding/base64.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { verifierContent, type PemVerifier } from './pem-verifier.ts';

/** As Rekor v1 names hashes. */
export type V1Hash = 'sha256' | 'sha384' | 'sha512';

export interface HashedRekordV1 {
  readonly algorithm: V1Hash;
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
  readonly verifier: PemVerifier;
}

/** Every value is hexadecimal, base64 or a constant: the template is canonical as it stands. */
export function formatHashedRekordV1({ algorithm, digest, signature, verifier }: HashedRekordV1): Uint8Array {
  return utf8(
    `{"apiVersion":"0.0.1","kind":"hashedrekord","spec":{"data":{"hash":{"algorithm":"${algorithm}",` +
      `"value":"${toHex(digest)}"}},"signature":{"content":"${toBase64(signature)}",` +
      `"publicKey":{"content":"${verifierContent(verifier)}"}}}}`,
  );
}
