/**
 * The inclusion promise of Rekor v1: an ECDSA signature over the canonical JSON (RFC 8785) of exactly
 * {"body":B64,"integratedTime":SECONDS,"logID":HEX,"logIndex":NUMBER}. It is what makes an integrated time a time.
 */
import { readPublicKey } from '#lib/crypto/public-key.ts';
import { verifyMessage } from '#lib/crypto/verify-signature.ts';
import type { BundleEntry } from '#lib/bundle/bundle.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';

/** Keys are in order and no string needs an escape, so this is canonical as it stands. */
export function promisedBytes(
  entry: Pick<BundleEntry, 'canonicalizedBody' | 'logId' | 'logIndex'>,
  integratedTime: bigint,
): Uint8Array {
  const body = toBase64(entry.canonicalizedBody);
  const logId = toHex(entry.logId);
  return utf8(
    `{"body":"${body}","integratedTime":${integratedTime},"logID":"${logId}","logIndex":${entry.logIndex}}`,
  );
}

export function verifyPromise(
  entry: BundleEntry,
  integratedTime: bigint,
  promise: Uint8Array,
  logKey: Uint8Array,
): boolean {
  return verifyMessage(readPublicKey(logKey), 'SHA-256', promisedBytes(entry, integratedTime), promise);
}
