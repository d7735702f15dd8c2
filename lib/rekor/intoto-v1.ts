/**
 * The leaf of an intoto 0.0.2 entry of Rekor v1 (JCS): the envelope without its payload. `hash` is the client's, over
 * the envelope in a form of its own; `payloadHash` is the log's. Signatures are base64 of base64, as this kind has them.
 */
import { toBase64 } from '#lib/encoding/base64.ts';
import { equal, fromHex, fromUtf8, toHex, utf8 } from '#lib/encoding/bytes.ts';
import { verifierContent, type PemVerifier } from './pem-verifier.ts';

export interface IntotoSignature {
  readonly signature: Uint8Array;
  readonly verifier: PemVerifier;
  /** Left out when empty, as clients expect. */
  readonly keyid: string;
}

export interface IntotoV1 {
  readonly payloadType: string;
  readonly signatures: readonly IntotoSignature[];
  readonly hash: Uint8Array;
  readonly payloadHash: Uint8Array;
}

const beginning = '{"apiVersion":"0.0.2","kind":"intoto","spec":';
const beginningBytes = utf8(beginning);
const ending = /"payloadHash":\{"algorithm":"sha256","value":"([0-9a-f]{64})"\}\}\}\}$/;

export function formatIntotoV1({ payloadType, signatures, hash, payloadHash }: IntotoV1): Uint8Array {
  const signed = signatures.map(({ signature, verifier, keyid }) => {
    const named = keyid === '' ? '' : `"keyid":${JSON.stringify(keyid)},`;
    const sig = toBase64(utf8(toBase64(signature)));
    return `{${named}"publicKey":"${verifierContent(verifier)}","sig":"${sig}"}`;
  });
  const hashed = (value: Uint8Array): string => `{"algorithm":"sha256","value":"${toHex(value)}"}`;
  // RFC 8785 §3.2.2.2: strings are written as JSON.stringify writes them.
  return utf8(
    `${beginning}{"content":{"envelope":{"payloadType":${JSON.stringify(payloadType)},` +
      `"signatures":[${signed.join(',')}]},"hash":${hashed(hash)},"payloadHash":${hashed(payloadHash)}}}}`,
  );
}

/** Of a leaf that formatIntotoV1 wrote; undefined for one of another kind. */
export function payloadHashOf(leaf: Uint8Array): Uint8Array | undefined {
  if (!equal(leaf.subarray(0, beginning.length), beginningBytes)) return undefined;
  const hex = ending.exec(fromUtf8(leaf.subarray(-128)))?.[1];
  return hex === undefined ? undefined : fromHex(hex);
}
