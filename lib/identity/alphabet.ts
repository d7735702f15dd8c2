/**
 * Letters of another alphabet where a Latin one is expected: what a person cannot tell from the name that they know. After
 * Unicode TR39 §5.1 (mixed scripts) and §5.2 (a whole word of another script, each letter of which looks Latin), part by
 * part: an address that is Russian from end to end has a Latin ending, and nothing odd about it.
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
const part = /[\p{L}\p{M}]+/gu;

/** Letters that nobody tells from a Latin one, in lower case (confusables of TR39). */
const sameLook: ReadonlyMap<string, string> = new Map([
  ...pairs('аеѕіјӏорсухһԁԛԝѵү', 'aesijlopcyxhdqwvy'),
  ...pairs('ανοριυ', 'avopiu'),
  ...pairs('օոսհզցք', 'onuhqgq'),
  ...pairs('ıɑɡ', 'iag'),
]);
/** And those that are taken for one among Latin letters. */
const latinOf: ReadonlyMap<string, string> = new Map([
  ...sameLook,
  ...pairs('вкмнтгҽ', 'bkmhtre'),
  ...pairs('βγεηκςτχω', 'byenkctxw'),
  ...pairs('ɩʟʀ', 'ilr'),
]);

export interface ForeignLetter {
  readonly letter: string;
  readonly alphabet: string;
}

/** Each letter that stands where a Latin one is expected, once. */
export function foreignLetters(text: string): ForeignLetter[] {
  if (plain.test(text)) return [];
  const odd = (text.match(part) ?? []).filter((word) => latin.test(word) || isLatinToTheEye(word));
  // Where one part mixes alphabets, the like of its odd letters elsewhere are no less odd.
  return [...new Set(odd.join(''))].flatMap((letter) => {
    const found = alphabets.find(([, form]) => form.test(letter));
    return found === undefined ? [] : [{ letter, alphabet: found[0] }];
  });
}

/** The name that it is taken for, all in Latin letters; undefined where nothing in it is taken for another letter. */
export function latinLookOf(text: string): string | undefined {
  if (plain.test(text)) return undefined;
  const look = [...text].map((letter) => latinOf.get(letter.toLowerCase()) ?? letter).join('');
  return look !== text && !(look.match(part) ?? []).some(isMixed) ? look : undefined;
}

function isLatinToTheEye(word: string): boolean {
  return [...word].every((letter) => sameLook.has(letter.toLowerCase()));
}

function isMixed(word: string): boolean {
  return alphabets.some(([, form]) => form.test(word));
}

function pairs(letters: string, latinLetters: string): [string, string][] {
  const looks = [...latinLetters];
  return [...letters].map((letter, at) => [letter, looks[at] ?? letter]);
}
