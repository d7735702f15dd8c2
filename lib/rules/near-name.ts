/**
 * Names one slip away from another: the same person or repository under an owner or a domain that differs by one letter,
 * or by its top-level domain. Within one domain or one owner names may be as near as they like: whoever runs it gave both.
 */
export interface NameParts {
  /** What both must share. */
  readonly own: string;
  /** What may differ by one slip: a domain, or a host and owner. */
  readonly home: string;
}

/** Undefined for names that are not imitated so. */
export function namePartsOf(kind: string, value: string): NameParts | undefined {
  if (kind === 'email') {
    const at = value.lastIndexOf('@');
    return at < 1 ? undefined : { own: value.slice(0, at), home: value.slice(at + 1) };
  }
  if (kind !== 'repository') return undefined;
  const [host, owner, name] = value.split('/');
  return host === undefined || owner === undefined || name === undefined
    ? undefined
    : { own: `${host}/${name}`, home: owner };
}

/** Shorter names are one slip from half of the others. */
const shortest = 5;

export function isNear(home: string, other: string): boolean {
  if (home === other || Math.min(home.length, other.length) < shortest) return false;
  return isOneSlip(home, other) || isOtherTopLevel(home, other);
}

function isOtherTopLevel(home: string, other: string): boolean {
  const [own, foreign] = [home.lastIndexOf('.'), other.lastIndexOf('.')];
  return own >= shortest && foreign !== -1 && home.slice(0, own) === other.slice(0, foreign);
}

/** One letter more, less, other, or two neighbours exchanged (Damerau). */
function isOneSlip(one: string, other: string): boolean {
  if (one.length > other.length) return isOneSlip(other, one);
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  const rest = one.slice(at + 1) === other.slice(at + 1);
  if (one.length === other.length)
    return (
      rest ||
      (one[at] === other[at + 1] && one[at + 1] === other[at] && one.slice(at + 2) === other.slice(at + 2))
    );
  return other.length === one.length + 1 && one.slice(at) === other.slice(at + 1);
}
