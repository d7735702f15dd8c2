/**
 * Letters of another alphabet in a name that is otherwise Latin, or digits, or nothing one sees: what a person cannot tell
 * from the name that they know. After Unicode TR39 §5.1, mixed-script detection, for the alphabets that have such letters.
 */
const alphabets: readonly (readonly [name: string, letter: RegExp])[] = [
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Cherokee', /\p{Script=Cherokee}/u],
  ['Georgian', /\p{Script=Georgian}/u],
  ['Lisu', /\p{Script=Lisu}/u],
  ['Coptic', /\p{Script=Coptic}/u],
];
const plain = /^[\x20-\x7e]*$/;
const latin = /\p{Script=Latin}/u;

export interface ForeignLetter {
  readonly letter: string;
  readonly alphabet: string;
}

/** Of the alphabet that is not Latin, each letter once; none in a name of one alphabet. */
export function foreignLetters(text: string): ForeignLetter[] {
  if (plain.test(text) || !latin.test(text)) return [];
  return [...new Set(text)].flatMap((letter) => {
    const found = alphabets.find(([, form]) => form.test(letter));
    return found === undefined ? [] : [{ letter, alphabet: found[0] }];
  });
}
