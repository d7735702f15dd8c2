/** What an authority signs with. A file, a KMS and an HSM all fit: the private key is nobody else's business. */
import type { HashName } from '#lib/crypto/hash-name.ts';

export interface Signer {
  /** SubjectPublicKeyInfo as DER. */
  readonly publicKey: Uint8Array;
  /** AlgorithmIdentifier as DER, as it stands in certificates. */
  readonly signatureAlgorithm: Uint8Array;
  /** Digest that goes with the key: what a CMS SignerInfo must name beside the signature algorithm. */
  readonly digest: HashName;
  /** Signature over `message`, hashed as the algorithm says; ECDSA as DER. May be called concurrently. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

export type KeyErrorCode =
  'unreadable' | 'unfit-key' | 'unfit-chain' | 'key-chain-mismatch' | 'incomplete-set';

/** The keys are not as they must be; the message tells the operator what to do about it. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
  readonly code: KeyErrorCode;

  constructor(code: KeyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
