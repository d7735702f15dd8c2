/** A public key as people keep it: one PEM block, "PUBLIC KEY". */
import { readPublicKey } from '#lib/crypto/public-key.ts';
import { DerError } from '#lib/encoding/der-reader.ts';
import { fromPem } from '#lib/encoding/pem.ts';
import { VerificationFailure } from './verification.ts';

/** SubjectPublicKeyInfo as DER; throws VerificationFailure `key-malformed`. */
export function readKeyFile(text: string): Uint8Array {
  const blocks = fromPem(text);
  const [block] = blocks ?? [];
  if (blocks?.length !== 1 || block?.label !== 'PUBLIC KEY') {
    throw new VerificationFailure('key-malformed', 'not one PEM public key');
  }
  try {
    return readPublicKey(block.bytes).spki;
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new VerificationFailure('key-malformed', `public key: ${cause.message}`, { cause });
  }
}
