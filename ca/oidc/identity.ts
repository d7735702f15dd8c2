/** What a token states, and who that makes its holder: the words between the steps of an issuance. */
import type { FulcioClaims } from '#lib/x509/fulcio-oids.ts';

export type Claims = Readonly<Record<string, unknown>>;

export interface Identity {
  readonly subjectAltName: { readonly kind: 'email' | 'uri' | 'username'; readonly value: string };
  /** For extensions, in the table's order; always with issuer and tokenSubject. */
  readonly claims: FulcioClaims;
  /** What a proof of possession may be over: the principal, or what clients sign by their own rule (email, else sub). */
  readonly challenges: readonly string[];
}
