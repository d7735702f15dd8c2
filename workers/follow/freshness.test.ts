import { expect, it } from 'vitest';
import { freshness } from './position-store.ts';

const start = Date.UTC(2026, 0, 1);
const after = (minutes: number) => new Date(start + minutes * 60_000);
const frozen = (
  log: { checkpointAt: Date | undefined; headIntervalMs: number | undefined },
  at: Date | undefined,
  now: Date,
) => freshness(log, at, now.getTime()).frozenFor;

it('calls a log frozen that spoke every minute and has not for more than three', () => {
  const { intervalMs } = freshness(
    { checkpointAt: after(0), headIntervalMs: undefined },
    after(1),
    after(1).getTime(),
  );
  const log = { checkpointAt: after(1), headIntervalMs: intervalMs };
  expect(frozen(log, after(1), after(3.9))).toBeUndefined();
  expect(frozen(log, after(1), after(4.1))).toBe(3);
  expect(frozen(log, after(4.2), after(4.2))).toBeUndefined();
});

it('calls no log frozen that is quiet: one that states no time, or never stated its size anew', () => {
  const quiet = { checkpointAt: after(0), headIntervalMs: undefined };
  expect(frozen(quiet, after(0), after(100_000))).toBeUndefined();
  expect(
    frozen({ checkpointAt: undefined, headIntervalMs: undefined }, undefined, after(100_000)),
  ).toBeUndefined();
});
