/** JSON bent as a tree, so that it still reads as JSON: fields gone, doubled, exchanged, or their text and bytes bent. */
import fc from 'fast-check';
import { bend, splices, text, type Splice } from './splices.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Branch = Json[] | { [name: string]: Json };

interface Edit {
  readonly at: number;
  readonly from: number;
  readonly how: 'drop' | 'double' | 'exchange' | 'odd' | 'text' | 'bytes';
  readonly odd: Json;
  readonly changes: readonly Splice[];
}

const oddities: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  1e308,
  '',
  '0',
  '-1',
  '9223372036854775808',
  ' ',
  'AAAA',
  'AA=',
  '\u0000',
  '\u202e',
  '9999-12-31T23:59:60Z',
  'http://[::1',
  [],
  [[]],
  {},
  { rawBytes: '' },
  { constructor: null },
];

export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    from: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    how: fc.constantFrom('drop', 'double', 'exchange', 'odd', 'text', 'bytes'),
    odd: fc.constantFrom(...oddities),
    changes: splices,
  }),
  { minLength: 1, maxLength: 3 },
);

export function editJson(good: string, list: readonly Edit[]): Uint8Array {
  const root = JSON.parse(good) as Json;
  for (const edit of list) {
    const places = placesIn(root);
    const place = places[Math.floor(edit.at * places.length)];
    const donor = places[Math.floor(edit.from * places.length)];
    if (place !== undefined && donor !== undefined) apply(place, donor, edit);
  }
  return new TextEncoder().encode(JSON.stringify(root));
}

type Place = readonly [parent: Branch, name: string];

const isBranch = (value: Json | undefined): value is Branch => typeof value === 'object' && value !== null;
const valueAt = ([parent, name]: Place): Json => (parent as { [name: string]: Json })[name] ?? null;

function placesIn(root: Json): Place[] {
  if (!isBranch(root)) return [];
  return Object.keys(root).flatMap((name): Place[] => {
    const place = [root, name] as const;
    return [place, ...placesIn(valueAt(place))];
  });
}

function apply([parent, name]: Place, donor: Place, { how, odd, changes }: Edit): void {
  const value = valueAt([parent, name]);
  if (how === 'drop' && Array.isArray(parent)) parent.splice(Number(name), 1);
  else if (how === 'drop') Reflect.deleteProperty(parent, name);
  else if (how === 'double' && Array.isArray(parent)) parent.push(structuredClone(value));
  else (parent as { [name: string]: Json })[name] = replacement(value, valueAt(donor), how, odd, changes);
}

function replacement(
  value: Json,
  donor: Json,
  how: Edit['how'],
  odd: Json,
  changes: readonly Splice[],
): Json {
  if (how === 'exchange') return structuredClone(donor);
  if (how === 'double') return [structuredClone(value)];
  if (typeof value !== 'string' || how === 'odd') return structuredClone(odd);
  const bytes =
    how === 'bytes' ? Uint8Array.from(Buffer.from(value, 'base64')) : new TextEncoder().encode(value);
  const bent = bend(bytes, changes);
  return how === 'bytes' ? Buffer.from(bent).toString('base64') : text(bent);
}
