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
  const alphabet = foreignLetters(other).find(({ letter }) => is.includes(letter))?.alphabet;
  const said = alphabet === undefined ? `“${visibleText(is, 20)}”` : `a ${alphabet} “${visibleText(is, 20)}”`;
  if (is === '') return `without “${visibleText(was, 20)}”`;
  return was === '' ? `with ${said}` : `${said} for “${visibleText(was, 20)}”`;
}
