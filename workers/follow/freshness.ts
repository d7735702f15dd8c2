/**
 * Whether what a log shows is its newest. When it was asked says nothing of that: the same statement, served for ever, is
 * as old as it was when it was made, or when we first saw it.
 */
import type { FollowedLog, Position } from './followed-log.ts';

/** No log promises to speak more often. */
const shortestPatienceMs = 60_000;

interface Shown {
  /** As the log, or its witnesses, state it. */
  readonly at: Date | undefined;
  readonly firstSeenAt: Date;
}

/**
 * A log that states its size anew on a schedule, and then does not for three times as long, is frozen, or somebody shows
 * us an old statement. How often it does is learned while nothing is added: a log that is merely quiet promises nothing,
 * unless LOGS_FILE promises it (`freshWithin`). `frozen` says why, in a sentence.
 */
export function freshness(
  log: Pick<Position, 'checkpointAt' | 'headIntervalMs'> & Pick<FollowedLog, 'freshWithinMs'>,
  { at, firstSeenAt }: Shown,
  now: number,
): { intervalMs: number | undefined; frozen: string | null } {
  const { freshWithinMs } = log;
  const age = now - firstSeenAt.getTime();
  const isOverdue = freshWithinMs !== undefined && age > freshWithinMs;
  const overdue = isOverdue
    ? `Its newest statement is of ${firstSeenAt.toISOString()}; LOGS_FILE expects one every ${inWords(freshWithinMs)}.`
    : null;
  if (at === undefined) return { intervalMs: log.headIntervalMs, frozen: overdue };
  const gap = log.checkpointAt === undefined ? 0 : at.getTime() - log.checkpointAt.getTime();
  const intervalMs = gap > 0 ? Math.max(gap, (log.headIntervalMs ?? 0) * 0.9) : log.headIntervalMs;
  const isFrozen = intervalMs !== undefined && age > Math.max(3 * intervalMs, shortestPatienceMs);
  const late = `Its newest statement is ${Math.round(age / 60_000)} minutes old; it made one more often before.`;
  return {
    intervalMs: intervalMs === undefined ? undefined : Math.round(intervalMs),
    frozen: overdue ?? (isFrozen ? late : null),
  };
}

const enough = 5;

/**
 * A log that grew and no longer does may be quiet, or may be shown to us as it was: only its readers can tell, so they
 * are told. `seen`: when its last sizes were first seen, newest first; `statedAt`: when it stated the newest of them last,
 * since one that states the same size anew is not quiet.
 */
export function quietSince(seen: readonly Date[], statedAt: Date, now: number): string | null {
  const [grewAt] = seen;
  if (grewAt === undefined || seen.length < enough) return null;
  const newest = statedAt > grewAt ? statedAt : grewAt;
  const gaps = seen.slice(1).map((at, index) => (seen[index] ?? at).getTime() - at.getTime());
  const longest = Math.max(...gaps);
  if (now - newest.getTime() <= Math.max(3 * longest, shortestPatienceMs)) return null;
  return `No new checkpoint since ${newest.toISOString()}; the ones before came within ${inWords(longest)} of each other.`;
}

function inWords(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
