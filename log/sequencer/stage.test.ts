import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatStaged, parseStaged } from './stage.ts';

const batch = {
  before: { size: 255n, root: new Uint8Array(32).fill(1) },
  after: { size: 257n, root: new Uint8Array(32).fill(2), checkpoint: 'log.example\n257\n' },
  writes: [
    { path: 'tile/0/000', offset: 255 * 32, bytes: new Uint8Array(32).fill(3) },
    { path: 'tile/0/001', offset: 0, bytes: new Uint8Array(32).fill(4) },
    { path: 'tile/entries/001', offset: 0, bytes: Uint8Array.of(0, 1, 65) },
  ],
};

it('reads back what it wrote', () => {
  expect(parseStaged(formatStaged(batch))).toEqual(batch);
});

it('takes a batch that was cut off at any byte, or changed at any bit, for none', () => {
  const whole = formatStaged(batch);
  for (let length = 0; length < whole.length; length++) {
    expect(parseStaged(whole.subarray(0, length))).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(7), (at, bit) => {
      const changed = whole.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte));
      expect(parseStaged(changed)).toBeUndefined();
    }),
  );
});
