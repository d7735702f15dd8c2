/**
 * How often one address may have something verified: it costs us milliseconds of a processor and the asker nothing. Kept
 * in this process alone; with several web processes an address gets that much from each.
 */
export interface Pace {
  /** At once, by somebody who did not ask for a while. */
  readonly burst: number;
  readonly perSecond: number;
  /** More addresses than this are not told apart: the fullest are forgotten first. */
  readonly mostAddresses: number;
}

export const verifyPace: Pace = { burst: 60, perSecond: 2, mostAddresses: 50_000 };

interface Account {
  left: number;
  at: number;
}

export class Allowance {
  private readonly pace: Pace;
  private readonly now: () => number;
  /** In the order of their last use. */
  private readonly accounts = new Map<string, Account>();

  constructor(pace: Pace, now: () => number) {
    this.pace = pace;
    this.now = now;
  }

  /** False when this one is to come back later; nothing is taken then. */
  take(bucket: string): boolean {
    const now = this.now();
    const known = this.accounts.get(bucket) ?? { left: this.pace.burst, at: now };
    const earned = (Math.max(0, now - known.at) / 1000) * this.pace.perSecond;
    const left = Math.min(this.pace.burst, known.left + earned);
    this.accounts.delete(bucket);
    this.accounts.set(bucket, { left: left < 1 ? left : left - 1, at: now });
    this.forget();
    return left >= 1;
  }

  /** Whoever asked longest ago has the most again. */
  private forget(): void {
    while (this.accounts.size > this.pace.mostAddresses) {
      const [oldest] = this.accounts.keys();
      if (oldest !== undefined) this.accounts.delete(oldest);
    }
  }
}
