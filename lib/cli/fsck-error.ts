export type FsckErrorCode = 'usage' | 'unreadable';

/** `usage`: the question was not right. `unreadable`: the log did not answer, so nothing is known about the rest of it. */
export class FsckError extends Error {
  override readonly name = 'FsckError';
  readonly code: FsckErrorCode;

  constructor(code: FsckErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
