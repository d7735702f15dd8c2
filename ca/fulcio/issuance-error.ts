/** Why there is no certificate. http.ts alone knows what each becomes on the wire. */
export type IssuanceErrorCode =
  | 'request-malformed'
  | 'csr-unparsable'
  | 'key-unparsable'
  | 'key-insecure'
  | 'possession-unproven'
  | 'algorithm-not-permitted'
  | 'identity-frozen'
  | 'log-unavailable'
  | 'log-refused'
  | 'log-answer-invalid'
  | 'authority-expired'
  | 'clock-went-back'
  | 'self-check-failed';

export class IssuanceError extends Error {
  override readonly name = 'IssuanceError';
  readonly code: IssuanceErrorCode;

  constructor(code: IssuanceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
