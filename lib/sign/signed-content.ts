/** What is to be signed, and the two things made of it: the bytes under the signature and the content of the bundle. */
import { sha256 } from '#crypto/sha256.ts';
import type { BundleContent } from '#lib/bundle/bundle.ts';
import { preAuthenticationEncoding } from '#lib/bundle/pre-authentication-encoding.ts';
import type { SigningKey } from './transport.ts';

export type ToSign =
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  /** A message too long to hold: its SHA-256, under a key that can sign that. */
  | { readonly kind: 'digest'; readonly digest: Uint8Array }
  /** A DSSE envelope, here always around an in-toto statement. */
  | { readonly kind: 'envelope'; readonly payloadType: string; readonly payload: Uint8Array };

export interface SignedContent {
  readonly content: BundleContent;
  /** SHA-256 of the bytes under the signature: what a log entry holds. */
  readonly digest: Uint8Array;
}

export async function signContent(toSign: ToSign, key: SigningKey): Promise<SignedContent> {
  if (toSign.kind === 'message') {
    const digest = sha256(toSign.bytes);
    const signature = await key.sign(toSign.bytes);
    return {
      content: { kind: 'message', digest: { algorithm: 'SHA-256', bytes: digest }, signature },
      digest,
    };
  }
  if (toSign.kind === 'digest') {
    if (key.signDigest === undefined) throw new TypeError('this key signs whole messages alone');
    const { digest } = toSign;
    const signature = key.signDigest(digest);
    return {
      content: { kind: 'message', digest: { algorithm: 'SHA-256', bytes: digest }, signature },
      digest,
    };
  }
  const { payloadType, payload } = toSign;
  const encoding = preAuthenticationEncoding(payloadType, payload);
  const signature = await key.sign(encoding);
  return {
    content: { kind: 'envelope', payloadType, payload, signature, keyid: '' },
    digest: sha256(encoding),
  };
}
