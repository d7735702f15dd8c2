/** How good input is bent: a few places cut out and something else put there. */
import fc from 'fast-check';
import { concat } from '#lib/encoding/bytes.ts';

export interface Splice {
  readonly at: number;
  readonly cut: number;
  readonly put: Uint8Array;
}

/** What breaks parsers in practice: lengths, signs, nesting, quotes, line ends, bytes with the top bit. */
const tokens = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  'null',
  '-1',
  '1e9',
  '\\u0000',
  '\n\n',
  '\u2014 ',
  '+',
  '=',
  ': ',
  '&a *a',
  '__proto__',
].map((token) => new TextEncoder().encode(token));

const put = fc.oneof(
  fc.uint8Array({ maxLength: 8 }),
  fc.constantFrom(...tokens),
  fc.constantFrom(
    Uint8Array.of(0x80),
    Uint8Array.of(0x84, 0xff, 0xff, 0xff, 0xff),
    Uint8Array.of(0x30, 0x80),
  ),
);

export const splices: fc.Arbitrary<readonly Splice[]> = fc.array(
  fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat({ max: 40 }), put }),
  { minLength: 1, maxLength: 4 },
);

export function bend(original: Uint8Array, changes: readonly Splice[]): Uint8Array {
  return changes.reduce((bytes, { at, cut, put: inserted }) => {
    const start = Math.floor(at * bytes.length);
    return concat(bytes.subarray(0, start), inserted, bytes.subarray(start + cut));
  }, original);
}

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
