import { expect, it } from 'vitest';
import { isHopeless, retryDelayMs } from './retry.ts';

const day = 24 * 3_600_000;

it('waits twice as long each time, five minutes at most, never in step with others', () => {
  expect([1, 2, 3, 20].map((attempts) => retryDelayMs(attempts, 0))).toEqual([2_000, 4_000, 8_000, 300_000]);
  expect(retryDelayMs(1, 0.999)).toBeGreaterThan(1_600);
});

it('gives up a mail that was refused for good again and again, or is five days old, and no other', () => {
  const refused = Object.assign(new Error('no such user'), { code: 'EENVELOPE', responseCode: 550 });
  const login = Object.assign(new Error('bad login'), { code: 'EAUTH', responseCode: 535 });
  const later = Object.assign(new Error('greylisted'), { code: 'EENVELOPE', responseCode: 450 });
  expect(isHopeless(refused, 8, 0)).toBe(true);
  expect(isHopeless(refused, 7, 0)).toBe(false);
  for (const error of [login, later, new Error('ECONNREFUSED')])
    expect(isHopeless(error, 1000, 4 * day)).toBe(false);
  expect(isHopeless(login, 1, 6 * day)).toBe(true);
});
