/**
 * The leaf of a dsse 0.0.1 entry of Rekor v1 (JCS). The envelope itself is not kept, only what it hashes to:
 *
 * {"apiVersion":"0.0.1","kind":"dsse","spec":{"envelopeHash":{"algorithm":"sha256","value":HEX},
 *   "payloadHash":{"algorithm":"sha256","value":HEX},"signatures":[{"signature":B64,"verifier":B64 of PEM},...]}}
 */
import { toBase64 } from '#lib/encoding/base64.ts';
import { concat, toHex, utf8 } from '#lib/encoding/bytes.ts';
import { verifierContent, type PemVerifier } from './pem-verifier.ts';

export interface DsseV1 {
  /** SHA-256 of the envelope as the client spelt it. */
  readonly envelopeHash: Uint8Array;
  /** SHA-256 of the decoded payload. */
  readonly payloadHash: Uint8Array;
  readonly signatures: readonly { readonly signature: Uint8Array; readonly verifier: PemVerifier }[];
}

export function formatDsseV1({ envelopeHash, payloadHash, signatures }: DsseV1): Uint8Array {
  const lines = signatures
    .map(({ signature, verifier }) => ({
      signature: toBase64(signature),
      verifier: verifierContent(verifier),
    }))
    .sort((a, b) => (a.signature < b.signature ? -1 : a.signature > b.signature ? 1 : 0))
    .map(({ signature, verifier }) => `{"signature":"${signature}","verifier":"${verifier}"}`);
  const hash = (value: Uint8Array): string => `{"algorithm":"sha256","value":"${toHex(value)}"}`;
  return utf8(
    `{"apiVersion":"0.0.1","kind":"dsse","spec":{"envelopeHash":${hash(envelopeHash)},` +
      `"payloadHash":${hash(payloadHash)},"signatures":[${lines.join(',')}]}}`,
  );
}

/** What a DSSE signature is over: the pre-authentication encoding of the DSSE protocol, "Signature Definition". */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = utf8(payloadType);
  return concat(utf8(`DSSEv1 ${type.length} `), type, utf8(` ${payload.length} `), payload);
}
