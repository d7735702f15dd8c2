import { expect, it } from 'vitest';
import { Patience } from './patience.ts';

it('waits twice as long after each failure, ten seconds at most, and not at all once it was served', () => {
  const patience = new Patience();
  const waits = Array.from({ length: 40 }, () => {
    patience.failed('a', 0, { random: 1 });
    let wait = 0;
    while (!patience.mayLook('a', wait)) wait += 100;
    return wait;
  });
  expect(waits.slice(0, 7)).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000]);
  expect(Math.max(...waits)).toBe(10_000);
  expect(patience.mayLook('b', 0)).toBe(true);
  patience.served('a');
  expect(patience.mayLook('a', 0)).toBe(true);
});

it('comes to ask one seldom whose answers are too large', () => {
  const patience = new Patience();
  for (let times = 0; times < 12; times++) patience.failed('a', 0, { isOversized: true, random: 1 });
  expect([patience.mayLook('a', 299_999), patience.mayLook('a', 300_000)]).toEqual([false, true]);
});

it('comes back between half of that and all of it', () => {
  const patience = new Patience();
  patience.failed('a', 0, { random: 0 });
  expect([patience.mayLook('a', 99), patience.mayLook('a', 100)]).toEqual([false, true]);
});
