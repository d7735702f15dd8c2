/** An identity provider that people sign in with instead of a mailed code. */
export interface UpstreamBase {
  /** Stands in certificates as who vouched: an address without spaces, the same for ever. */
  readonly id: string;
  /** For the button. */
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** PEM: the private authority its TLS certificate comes from. */
  readonly caCert: string | undefined;
}

export type Upstream = UpstreamBase &
  (
    | {
        readonly type: 'oidc';
        readonly issuer: string;
        readonly jwksUri: string | undefined;
        readonly requireVerified: boolean;
      }
    | { readonly type: 'github'; readonly url: string; readonly apiUrl: string }
  );

export type UpstreamErrorCode = 'unreadable-file' | 'unavailable' | 'refused' | 'email-not-verified';

/** The message is for the person who signs in, but for `unreadable-file`, which is for the operator. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly code: UpstreamErrorCode;

  constructor(code: UpstreamErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What one sign-in was begun with; the answer must fit. */
export interface Begun {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  /** RFC 7636 */
  readonly verifier: string;
}
