/** One issuer whose tokens are accepted, and how an identity is read from them. */
import type { AllowRules } from './allow-rules.ts';
import type { CiProvider } from './ci-providers.ts';

interface IssuerBase {
  /** Equal to the token's `iss` byte for byte. */
  readonly url: string;
  /** What the token's `aud` must hold. */
  readonly audience: string;
  /** Where its keys are, when that is another host than its own; discovery must agree. */
  readonly jwksUri: string | undefined;
  /** PEM: the private authority its TLS certificate comes from. */
  readonly caCert: string | undefined;
  /** Which of its identities may have certificates; undefined: all. */
  readonly allow: AllowRules | undefined;
}

export type Issuer = IssuerBase &
  (
    | {
        readonly type: 'email';
        readonly requireVerified: boolean;
        readonly issuerClaim: readonly string[] | undefined;
      }
    | { readonly type: 'uri'; readonly subjectDomain: string }
    | { readonly type: 'username'; readonly subjectDomain: string }
    | { readonly type: 'spiffe'; readonly trustDomain: string }
    | { readonly type: 'kubernetes' | 'chainguard-identity' }
    | { readonly type: 'ci-provider'; readonly provider: CiProvider }
  );

export class IssuersError extends Error {
  override readonly name = 'IssuersError';
}

/** As configured: by exact address, and by pattern. */
export interface ListedIssuers {
  readonly listed: readonly Issuer[];
  readonly wildcards: readonly { readonly pattern: string; readonly issuer: Issuer }[];
}
