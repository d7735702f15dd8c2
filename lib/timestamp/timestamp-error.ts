export type TimestampErrorCode =
  | 'malformed'
  | 'weak-hash'
  | 'digest-length'
  | 'unaccepted-policy'
  | 'unaccepted-extension'
  | 'not-granted'
  | 'wrong-digest'
  | 'wrong-signer'
  | 'bad-signature';

export class TimestampError extends Error {
  override readonly name = 'TimestampError';
  readonly code: TimestampErrorCode;

  constructor(code: TimestampErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
