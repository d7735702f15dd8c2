export type TufErrorCode =
  'key-missing' | 'staged-unreadable' | 'repository-damaged' | 'repository-lost' | 'busy';

/** The repository cannot be what it must be; the message tells the operator what to do about it. */
export class TufError extends Error {
  override readonly name = 'TufError';
  readonly code: TufErrorCode;

  constructor(code: TufErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
