/**
 * Who signed in: an address, and who vouches for it: nobody but the mailed code, or an identity provider upstream. The
 * library knows both as one account id, which is the token's subject; an address holds no space.
 */
import { parseEmailAddress } from '#lib/identity/email-address.ts';

export interface Person {
  readonly email: string;
  /** Id of the provider that sent this person; undefined: a mailed code was typed. */
  readonly upstream: string | undefined;
}

export function accountIdOf({ email, upstream }: Person): string {
  return upstream === undefined ? email : `${email} ${upstream}`;
}

export function personOf(accountId: string): Person | undefined {
  const [email = '', upstream, ...more] = accountId.split(' ');
  return parseEmailAddress(email)?.value === email && more.length === 0 ? { email, upstream } : undefined;
}
