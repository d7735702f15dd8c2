/** Why an account, a team or a key may not do what was asked. Inner code knows no status: asked.ts maps the codes once. Not named error.ts, which Next.js would take for a page. */
export type AccountCode =
  | 'not-signed-in'
  /** Also what belongs to others: nobody learns that it exists. */
  | 'not-found'
  /** A member, but of a role that may not. */
  | 'forbidden'
  | 'missing-scope'
  | 'invalid'
  /** Used before, too old, or never given. */
  | 'spent'
  | 'too-many'
  | 'conflict'
  | 'nothing-to-undo';

export class AccountError extends Error {
  override readonly name = 'AccountError';
  readonly code: AccountCode;

  constructor(code: AccountCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
