/**
 * A name for letters, where nothing can be underlined or explained: as people write it, and beside that as computers compare
 * it. The same two in this order wherever it came from, so that one name reads the same in every letter.
 */
import { legibleName } from './legible.ts';
import { normalise } from './normalise.ts';

export function bothSpellings(name: string): string {
  if (!name.includes('@')) return name;
  const legible = legibleName(name);
  if (!/[^\0-\x7f]/.test(legible.slice(legible.lastIndexOf('@') + 1))) return name;
  const [compared] = normalise('email', legible);
  return compared === undefined || compared.value === legible ? name : `${legible} (${compared.value})`;
}
