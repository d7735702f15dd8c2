/** Why a token buys no certificate. The codes are told to the client, so that a person can mend what is wrong. */
export type TokenErrorCode =
  | 'token-missing'
  | 'token-malformed'
  | 'token-type-refused'
  | 'issuer-not-accepted'
  | 'issuer-unavailable'
  | 'algorithm-refused'
  | 'signing-key-not-found'
  | 'signature-invalid'
  | 'audience-mismatch'
  | 'token-expired'
  | 'token-not-yet-valid'
  | 'claim-missing'
  | 'claim-malformed'
  | 'email-not-verified'
  | 'identity-not-allowed';

export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly code: TokenErrorCode;

  constructor(code: TokenErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
