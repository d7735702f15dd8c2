/**
 * Whoever serves a log that cannot be read is asked less and less often: a log without the tiles it signed, or with
 * pages in their place, answers at once and would otherwise be asked at every poll.
 */
const firstWaitMs = 200;
const longestWaitMs = 10_000;
/** Of one whose answers are larger than any may be: each try reads as much as one may. */
const longestOversizedMs = 300_000;

export class Patience {
  private readonly waits = new Map<string, { failures: number; until: number }>();

  /** `now` in milliseconds of any one clock. */
  mayLook(logId: string, now: number): boolean {
    return now >= (this.waits.get(logId)?.until ?? -Infinity);
  }

  /** With jitter, so that many who fail together do not come back together. */
  failed(
    logId: string,
    now: number,
    { isOversized = false, random = Math.random() }: { isOversized?: boolean; random?: number } = {},
  ): void {
    const failures = this.waits.get(logId)?.failures ?? 0;
    const wait =
      Math.min(firstWaitMs * 2 ** failures, isOversized ? longestOversizedMs : longestWaitMs) *
      (0.5 + random / 2);
    this.waits.set(logId, { failures: failures + 1, until: now + wait });
  }

  served(logId: string): void {
    this.waits.delete(logId);
  }
}
