/**
 * Names that a reader takes for one another have one skeleton: letters that look alike become one (after Unicode TR39,
 * for the scripts that names are forged in), and what the eye skips is dropped. For comparing only, never for display.
 */
import { legibleName } from '#lib/identity/legible.ts';

/** Cyrillic, Greek and digits for the Latin letters they resemble. */
const resembling: Readonly<Record<string, string>> = {
  а: 'a',
  α: 'a',
  ɑ: 'a',
  '4': 'a',
  в: 'b',
  с: 'c',
  ϲ: 'c',
  ԁ: 'd',
  е: 'e',
  ε: 'e',
  '3': 'e',
  ɡ: 'g',
  '9': 'g',
  һ: 'h',
  н: 'h',
  і: 'l',
  ι: 'l',
  i: 'l',
  ı: 'l',
  '1': 'l',
  '|': 'l',
  ӏ: 'l',
  ј: 'j',
  к: 'k',
  κ: 'k',
  м: 'm',
  п: 'n',
  η: 'n',
  о: 'o',
  ο: 'o',
  σ: 'o',
  '0': 'o',
  р: 'p',
  ρ: 'p',
  ԛ: 'q',
  г: 'r',
  ѕ: 's',
  '5': 's',
  т: 't',
  τ: 't',
  υ: 'u',
  ц: 'u',
  ν: 'v',
  ѵ: 'v',
  ԝ: 'w',
  ω: 'w',
  х: 'x',
  χ: 'x',
  у: 'y',
  γ: 'y',
  ӳ: 'y',
};

export function skeleton(name: string): string {
  const plain = legibleName(name)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\p{Cf}]/gu, '');
  let letters = '';
  for (const letter of plain) letters += resembling[letter] ?? letter;
  // Two letters for one, and hyphens and underscores, which a reader does not miss.
  return letters.replaceAll('rn', 'm').replaceAll('vv', 'w').replaceAll('cl', 'd').replace(/[-_]/g, '');
}
