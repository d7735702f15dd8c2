export type PolicyErrorCode =
  | 'not-yaml'
  | 'malformed'
  | 'unknown-name'
  | 'name-taken'
  | 'group-in-itself'
  | 'same-person-twice'
  | 'threshold-out-of-reach'
  | 'bad-credential'
  | 'bad-witness-key';

/** A policy that cannot mean what its author thinks is refused when it is read, not when somebody relies on it. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly code: PolicyErrorCode;

  constructor(code: PolicyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
