/** Two entries field by field: what one has and the other has not is a difference too. */
import { onlyClaims } from '#lib/rules/facts.ts';
import { kindName } from '../find/question.ts';
import { claimNames, saidClaims } from '../e/claim-names.ts';
import { digestName, type Signing } from '../signings/signing.ts';

export interface ComparedField {
  readonly name: string;
  readonly first: string | undefined;
  readonly second: string | undefined;
}

export function compareFields(first: Signing, second: Signing): ComparedField[] {
  const [one, other] = [fieldsOf(first), fieldsOf(second)];
  return merged([...one.keys()], [...other.keys()]).map((name) => ({
    name,
    first: one.get(name),
    second: other.get(name),
  }));
}

/** Each name once; what only the second has stands before what follows it there. */
function merged(first: readonly string[], second: readonly string[]): string[] {
  const names = [...first];
  let at = names.length;
  for (const name of second.toReversed()) {
    const found = names.indexOf(name);
    if (found === -1) names.splice(at, 0, name);
    else at = found;
  }
  return names;
}

/** What `trust` says of who issued the certificate. */
const authorities: Readonly<Record<string, string>> = {
  trusted: 'one we trust',
  untrusted: 'none we trust: whoever made it wrote what they liked',
  unknown: 'not known to us',
  unparsable: 'not readable',
};

function fieldsOf(signing: Signing): Map<string, string> {
  const { identities, issuer, claims, digest, kind, trust, notBefore, notAfter, serial, seenAt } = signing;
  const fields = new Map<string, string>();
  const set = (name: string, value: string | null | undefined) => {
    if (value !== null && value !== undefined) fields.set(name, value);
  };
  for (const one of identities) set(kindName(one.kind), join(fields.get(kindName(one.kind)), one.exact));
  // Of a forged entry nobody vouched for anything: it is no more than its word, and never the same as a login that was shown.
  set(onlyClaims(signing) ? 'Claims to be vouched for by' : 'Vouched for by', issuer);
  set(onlyClaims(signing) ? 'Claims the login' : 'Login there', claims['tokenSubject']);
  for (const [name, value] of saidClaims({ ...claimNames.source, ...claimNames.build }, claims))
    set(name, value);
  set(digest === null ? 'Digest' : digestName(digest.algorithm), digest?.value);
  set('Kind of entry', kind);
  set('Certificate authority', authorities[trust] ?? trust);
  set('Valid from', notBefore);
  set('Valid to', notAfter);
  set('Serial', serial);
  set('First seen by us', seenAt);
  return fields;
}

function join(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before}, ${value}`;
}
