/** Who signed a watched thing together: no one of them is its signer, and an alert says who all are. */
import type { Facts } from '#lib/rules/facts.ts';
import type { IndexedEntry } from '../match/indexed-entry.ts';

/** Names that whoever signs is known by; the subjects of a statement are not. */
export const ofSigners: ReadonlySet<string> = new Set([
  'email',
  'uri',
  'username',
  'dns',
  'key',
  'pgp-key',
  'minisign-key',
]);
const ofSeveral: ReadonlySet<string> = new Set(['digest', 'package']);
/** Whoever makes an entry chooses how many sign it. */
const mostNamed = 5;

/** One name each, of those an authority vouches for and of bare keys: a forged certificate beside them names nobody. */
export function severalSigners(
  name: string,
  kind: string,
  { identities, trust, others }: Pick<IndexedEntry, 'identities' | 'trust' | 'others'>,
): Pick<Facts, 'signers' | 'signersInAll'> {
  if (!ofSeveral.has(kind)) return {};
  const named = identities.filter(({ kind: of, value }) => ofSigners.has(of) && value !== name);
  const names = [{ trust }, ...others].flatMap((of, place) => {
    const first = named.find(({ signer = 0 }) => signer === place);
    return (of.trust === 'trusted' || of.trust === 'none') && first !== undefined ? [first.value] : [];
  });
  const signers = [...new Set(names)];
  return signers.length < 2 ? {} : { signers: signers.slice(0, mostNamed), signersInAll: signers.length };
}
