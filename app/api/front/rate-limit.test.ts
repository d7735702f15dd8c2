import { expect, it } from 'vitest';
import { RateLimit } from './rate-limit.ts';

it('counts each address for itself, and anew every minute', () => {
  const limit = new RateLimit(2);
  const start = 1_000_000;
  expect([0, 1, 2].map((at) => limit.take('a', start + at).allowed)).toEqual([true, true, false]);
  expect(limit.take('b', start).allowed).toBe(true);
  expect(limit.take('a', start + 59_999).allowed).toBe(false);
  expect(limit.take('a', start + 60_000)).toEqual({ allowed: true, left: 1, seconds: 60 });
});

it('says what is left', () => {
  const limit = new RateLimit(5);
  const allowance = limit.take('a', 1_000_000);
  expect(limit.headers(allowance)).toEqual({
    'ratelimit-policy': '"address";q=5;w=60',
    ratelimit: '"address";r=4;t=60',
  });
});
