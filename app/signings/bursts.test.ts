import { expect, it } from 'vitest';
import { burstsIn, fewInARow, lengthOf } from './bursts.ts';
import type { Signing } from './signing.ts';

const at = (second: number): Signing => ({
  log: 'rekor',
  index: second,
  seenAt: new Date(second * 1000).toISOString(),
  kind: 'hashedrekord',
  trust: 'trusted',
  digest: null,
  issuer: null,
  notBefore: null,
  notAfter: null,
  serial: null,
  source: null,
  claims: {},
  identities: [],
});

it('puts together what came one upon another, and leaves the rest as it came', () => {
  const burst = Array.from({ length: fewInARow + 1 }, (_, nth) => at(9000 - nth * 60));
  const few = Array.from({ length: fewInARow }, (_, nth) => at(5000 - nth));
  const parts = burstsIn([...burst, ...few, at(1)]);
  expect(parts.map((part) => part.length)).toEqual([burst.length, ...few.map(() => 1), 1]);
  expect(parts.flat()).toEqual([...burst, ...few, at(1)]);
  expect(lengthOf(burst)).toBe(fewInARow * 60);
  expect(burstsIn([at(200), at(139)]).map((part) => part.length)).toEqual([1, 1]);
});
