import { expect, it } from 'vitest';
import { Allowance } from './allowance.ts';

const pace = { burst: 3, perSecond: 1, mostAddresses: 2 };

it('gives each address its burst, then so many a second, and never more than the burst', () => {
  let now = 0;
  const allowance = new Allowance(pace, () => now);
  const takes = (count: number) => Array.from({ length: count }, () => allowance.take('a'));
  expect(takes(4)).toEqual([true, true, true, false]);
  expect(allowance.take('b')).toBe(true);
  now = 1000;
  expect(takes(2)).toEqual([true, false]);
  now = 3_600_000;
  expect(takes(4)).toEqual([true, true, true, false]);
});

it('earns while it is refused, and loses nothing when the clock is set back', () => {
  let now = 10_000;
  const allowance = new Allowance({ ...pace, burst: 1 }, () => now);
  expect(allowance.take('a')).toBe(true);
  now = 10_500;
  expect(allowance.take('a')).toBe(false);
  now = 5_000;
  expect(allowance.take('a')).toBe(false);
  now = 5_500;
  expect(allowance.take('a')).toBe(true);
});

it('holds no more addresses than it was told to', () => {
  const allowance = new Allowance({ ...pace, burst: 1 }, () => 0);
  expect(['a', 'b', 'c'].map((bucket) => allowance.take(bucket))).toEqual([true, true, true]);
  expect(allowance.take('c')).toBe(false);
  expect(allowance.take('a')).toBe(true);
});
