import { expect, it } from 'vitest';
import { freshness, quietSince } from './freshness.ts';

const start = Date.UTC(2026, 0, 1);
const after = (minutes: number) => new Date(start + minutes * 60_000);
const unknown = { checkpointAt: undefined, headIntervalMs: undefined, freshWithinMs: undefined };
const frozen = (log: Partial<Parameters<typeof freshness>[0]>, at: Date, now: Date) =>
  freshness({ ...unknown, ...log }, { at, firstSeenAt: at }, now.getTime()).frozen;

it('calls a log frozen that spoke every minute and has not for more than three', () => {
  const first = { ...unknown, checkpointAt: after(0) };
  const { intervalMs } = freshness(first, { at: after(1), firstSeenAt: after(1) }, after(1).getTime());
  const log = { checkpointAt: after(1), headIntervalMs: intervalMs };
  expect(frozen(log, after(1), after(3.9))).toBeNull();
  expect(frozen(log, after(1), after(4.1))).toContain('3 minutes old');
  expect(frozen(log, after(4.2), after(4.2))).toBeNull();
});

it('calls no log frozen that is quiet: one that states no time, or never stated its size anew', () => {
  expect(frozen({ checkpointAt: after(0) }, after(0), after(100_000))).toBeNull();
  const silent = { at: undefined, firstSeenAt: after(0) };
  expect(freshness(unknown, silent, after(100_000).getTime()).frozen).toBeNull();
});

it('calls a log frozen that was promised to be fresh, whether it states a time or not', () => {
  const log = { ...unknown, freshWithinMs: 30_000 };
  for (const at of [after(0), undefined]) {
    const shown = { at, firstSeenAt: after(0) };
    expect(freshness(log, shown, after(0.4).getTime()).frozen).toBeNull();
    expect(freshness(log, shown, after(0.6).getTime()).frozen).toContain('every 30 seconds');
  }
});

it('says since when a log that grew has shown nothing new', () => {
  const seen = [10, 9.75, 9.5, 9.25, 8.25].map(after);
  expect(quietSince(seen, after(9), after(12.9).getTime())).toBeNull();
  expect(quietSince(seen, after(9), after(13.1).getTime())).toBe(
    'No new checkpoint since 2026-01-01T00:10:00.000Z; the ones before came within 60 seconds of each other.',
  );
  expect(quietSince(seen.slice(0, 4), after(9), after(100).getTime())).toBeNull();
});

it('calls no log quiet that states its size anew, until it no longer does', () => {
  const seen = [10, 9.75, 9.5, 9.25, 8.25].map(after);
  expect(quietSince(seen, after(100), after(102.9).getTime())).toBeNull();
  expect(quietSince(seen, after(100), after(103.1).getTime())).toContain('since 2026-01-01T01:40:00.000Z');
});
