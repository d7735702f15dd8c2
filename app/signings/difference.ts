import { visibleText } from '#lib/encoding/visible-text.ts';
import { foreignLetters } from '#lib/identity/alphabet.ts';

/** Where the two part, in words: the eye passes over it. */
export function difference(known: string, other: string): string {
  const [one, two] = [[...known], [...other]];
  let start = 0;
  while (start < one.length && start < two.length && one[start] === two[start]) start++;
  let end = 0;
  const room = Math.min(one.length, two.length) - start;
  while (end < room && one.at(-1 - end) === two.at(-1 - end)) end++;
  const was = one.slice(start, one.length - end).join('');
  const is = two.slice(start, two.length - end).join('');
  const isSaid = quoted(other, is);
  const wasSaid = quoted(known, was);
  if (is === '') return `without ${wasSaid}`;
  return was === '' ? `with ${isSaid}` : `${isSaid} for ${wasSaid}`;
}

/** A piece of a name; of another alphabet than the rest of it, that alphabet is named. */
function quoted(name: string, piece: string): string {
  const alphabet = foreignLetters(name).find(({ letter }) => piece.includes(letter))?.alphabet;
  return `${alphabet === undefined ? '' : `a ${alphabet} `}“${visibleText(piece, 20)}”`;
}
