/**
 * What a PGP user id names (RFC 9580 §5.11): itself whole, and the address in it. Whoever makes a key writes it and nobody
 * checks it, so both are names of kind `pgp-user`, which no watch or search of an e-mail address meets.
 */
import { addressesIn } from './address-text.ts';
import { normalise, pgpUserOf, spelled, type SpelledIdentity } from './normalise.ts';

export function userIdNames(userId: string): SpelledIdentity[] {
  const addresses = addressesIn(userId).flatMap((address) =>
    normalise('email', address).map(({ value }) => ({
      kind: 'pgp-user' as const,
      value: pgpUserOf(value),
      exact: address,
    })),
  );
  const names = [...spelled('pgp-user', userId), ...addresses];
  return names.filter(({ value }, at) => names.findIndex((one) => one.value === value) === at);
}
