export type SignErrorCode =
  | 'token-malformed'
  | 'token-unverified-email'
  | 'token-expired'
  | 'no-service'
  | 'authority-refused'
  | 'log-refused'
  | 'timestamp-refused'
  | 'answer-malformed'
  | 'bundle-does-not-verify';

/** Signing stopped; nothing was written. `message` is for the person who wanted to sign. */
export class SignError extends Error {
  override readonly name = 'SignError';
  readonly code: SignErrorCode;

  constructor(code: SignErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
