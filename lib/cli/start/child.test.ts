import { expect, it } from 'vitest';
import { pauseBeforeRestartMs } from './child.ts';

it('a part that served is back soon however often it was ended, one that cannot start is tried ever less often', () => {
  const times = [0, 1, 2, 3, 5, 9];
  expect(times.map((at) => pauseBeforeRestartMs(at, 'served'))).toEqual([250, 500, 1000, 1000, 1000, 1000]);
  expect(times.map((at) => pauseBeforeRestartMs(at, 'neverServed'))).toEqual([
    250, 500, 1000, 2000, 8000, 15_000,
  ]);
});
