import { expect, it } from 'vitest';
import { rateLimit } from './rate-limit.ts';

it('allows so many in a window, each network for itself, and again in the next', () => {
  let now = 0;
  const limit = rateLimit({ count: 2, windowMs: 1000 }, () => now);
  expect(['2001:db8::1', '2001:db8::2', '2001:db8::3'].map((address) => limit.allow(address))).toEqual([
    true,
    true,
    false,
  ]);
  expect(limit.allow('192.0.2.1')).toBe(true);
  now = 1000;
  expect(limit.allow('2001:db8::1')).toBe(true);
});

it('stays small under very many addresses', () => {
  const limit = rateLimit({ count: 1, windowMs: 1000 }, () => 0);
  for (let index = 0; index < 60_000; index++)
    limit.allow(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);
  expect(limit.allow('10.0.0.0')).toBe(true);
});
