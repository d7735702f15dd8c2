/**
 * Names that a person could take for this one, listed so that each can be looked up: a bounded list, whatever others are
 * called. One edit away (Damerau: a character more, less, other, or two swapped), or with characters that look alike
 * (after the confusables of Unicode TR39; only those that a name in a certificate can have). Spelled as
 * lib/identity/normalise.ts spells them.
 */
import { legibleName } from './legible.ts';
import { normalise, type Identity, type IdentityKind } from './normalise.ts';

/** Past this length a single changed character is tried only where it looks alike. */
const longestForEdits = 40;
/** A longer name nobody compares by eye. */
const longest = 160;
const typed = 'abcdefghijklmnopqrstuvwxyz0123456789-._';
/** What separates the parts of a name keeps its place. */
const fixed = /[@/:]/;

/** Each group reads the same in most typefaces. */
const groups: readonly (readonly string[])[] = [
  ['0', 'o', 'о', 'ο'],
  ['1', 'l', 'i', 'і', 'ı'],
  ['rn', 'm'],
  ['vv', 'w'],
  ['cl', 'd'],
  ['5', 's', 'ѕ'],
  ['2', 'z'],
  ['8', 'b'],
  ['9', 'g', 'q'],
  ['a', 'а'],
  ['c', 'с'],
  ['e', 'е'],
  ['h', 'һ'],
  ['j', 'ј'],
  ['p', 'р'],
  ['x', 'х'],
  ['y', 'у'],
  ['-', '_', '.'],
];

/** What normalise.ts leaves as it is: nearly every candidate, and there are thousands. */
const asItIs: Partial<Record<IdentityKind, RegExp>> = {
  email: /^[a-z0-9._-]+@(?!.*xn--)(?:[a-z0-9-]+\.)+[a-z]{2,}$/,
  repository: /^(?!www\.)[a-z0-9._/-]*[a-z0-9_-](?<!\.git)$/,
};

export function lookAlikes(identity: Identity): string[] {
  const text = legibleName(identity.value);
  if (text.length > longest) return [];
  const spelled = new Set<string>();
  const add = (candidate: string) => {
    if (asItIs[identity.kind]?.test(candidate) === true) spelled.add(candidate);
    else for (const { value } of normalise(identity.kind, candidate)) spelled.add(value);
  };
  for (const candidate of confusions(text)) add(candidate);
  for (const candidate of edits(text)) add(candidate);
  spelled.delete(identity.value);
  return [...spelled];
}

/** One place changed for its like, and every such place at once. */
function* confusions(text: string): Generator<string> {
  for (const group of groups) {
    for (const from of group) {
      if (!text.includes(from)) continue;
      for (const to of group) {
        if (to === from) continue;
        if (from !== '.' && to !== '.') yield text.replaceAll(from, to);
        for (let at = text.indexOf(from); at !== -1; at = text.indexOf(from, at + 1))
          yield text.slice(0, at) + to + text.slice(at + from.length);
      }
    }
  }
}

function* edits(text: string): Generator<string> {
  if (text.length > longestForEdits) return;
  for (let at = 0; at <= text.length; at++) {
    const [before, here, after] = [text.slice(0, at), text.charAt(at), text.slice(at + 1)];
    for (const character of typed) {
      yield before + character + here + after;
      if (here !== '' && !fixed.test(here)) yield before + character + after;
    }
    if (here === '' || fixed.test(here)) continue;
    yield before + after;
    const next = after.charAt(0);
    if (next !== '' && next !== here && !fixed.test(next)) yield before + next + here + after.slice(1);
  }
}
