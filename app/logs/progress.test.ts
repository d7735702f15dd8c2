import { expect, it } from 'vitest';
import { durationInWords, progressInWords, progressOf } from './progress.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const log = {
  startSize: 0n,
  verifiedSize: 3000n,
  statedSize: 10_000n,
  verifiedAt: at(30),
  behindFrom: 1000n,
  behindSince: at(10),
};

it('tells how much is read and how long the rest takes at the pace so far', () => {
  const progress = progressOf(log);
  expect(progress).toEqual({ read: 3000n, of: 10_000n, secondsLeft: 70 });
  expect(progress && progressInWords(progress)).toBe(
    '3,000 entries of 10,000 entries (30 %), about 1 minute left',
  );
});

it('counts from where reading began, and promises nothing without a pace', () => {
  const begun = { ...log, startSize: 2000n, behindFrom: null, behindSince: null };
  expect(progressOf(begun)).toEqual({ read: 1000n, of: 8000n, secondsLeft: undefined });
  expect(progressOf({ ...log, behindSince: log.verifiedAt })?.secondsLeft).toBeUndefined();
});

it('has nothing to tell of a log that is read to its end, or that took something back', () => {
  expect(progressOf({ ...log, statedSize: 3000n })).toBeUndefined();
  expect(progressOf({ ...log, statedSize: 2000n })).toBeUndefined();
});

it.each([
  [0.2, '1 second'],
  [59, '59 seconds'],
  [5400, '2 hours'],
  [200_000, '2 days'],
])('says %d seconds as %s', (seconds, words) => {
  expect(durationInWords(seconds)).toBe(words);
});
