/**
 * How much one address, and everyone together, may ask for in a minute, by all web processes together: PostgreSQL counts,
 * and each process takes from it in small lots, so that not every request asks the database. What a process took and did
 * not use is lost with the minute: a quota is kept to one lot a process, and never exceeded. Where whoever asks is told
 * what is left, each request of theirs is counted: of lots in several hands every process would tell another number.
 */
import { createHash } from 'node:crypto';

export interface Pace {
  /** Tells the counts of one pace from another's. */
  readonly name: string;
  readonly perAddress: number;
  readonly everyone: number;
  /** Whether answers say how much is left (paceHeaders). */
  readonly isTold?: boolean;
}

export interface Allowance {
  readonly allowed: boolean;
  /** For this address, in this minute. */
  readonly left: number;
  readonly seconds: number;
}

/** Takes `amount` under a key; how many everybody took in the minute that runs, and for how long that lasts. */
export type TakeLot = (key: string, amount: number) => Promise<{ used: number; seconds: number }>;

interface Lot {
  /** Taken and not used yet. */
  inHand: number;
  /** Nobody took these yet. */
  readonly untaken: number;
  readonly endsAt: number;
}

interface Waiting {
  readonly counted: (allowance: Allowance) => void;
  readonly failed: (reason: unknown) => void;
}

const lotsInQuota = 50;
/** Of more this process forgets what it has in hand; the database still counts. */
const mostKeys = 100_000;

export class SharedPace {
  private readonly pace: Pace;
  private readonly takeLot: TakeLot;
  private readonly now: () => number;
  private readonly lots = new Map<string, Lot>();
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly waiting = new Map<string, Waiting[]>();

  constructor(pace: Pace, takeLot: TakeLot, now: () => number = Date.now) {
    this.pace = pace;
    this.takeLot = takeLot;
    this.now = now;
  }

  /** `network`: lib/server/client-network.ts. Rejects when it cannot be counted. */
  async take(network: string): Promise<Allowance> {
    const { name, perAddress, everyone, isTold = false } = this.pace;
    const hash = createHash('sha256').update(network).digest('hex').slice(0, 32);
    const key = `${name} ${hash}`;
    const own = await (isTold ? this.countOne(key, perAddress) : this.takeOne(key, perAddress));
    if (!own.allowed) return own;
    const all = await this.takeOne(`${name} everyone`, everyone);
    return all.allowed ? own : { ...own, allowed: false, seconds: all.seconds };
  }

  /** Those that come while a count is under way are counted together by the next. */
  private async countOne(key: string, quota: number): Promise<Allowance> {
    const spent = this.standing(key);
    if (spent !== undefined) return { allowed: false, left: 0, seconds: this.secondsOf(spent) };
    return new Promise((counted, failed) => {
      const others = this.waiting.get(key);
      if (others !== undefined) return void others.push({ counted, failed });
      this.waiting.set(key, [{ counted, failed }]);
      void this.countWaiting(key, quota);
    });
  }

  private async countWaiting(key: string, quota: number): Promise<void> {
    for (let batch = this.waiting.get(key) ?? []; batch.length > 0; batch = this.waiting.get(key) ?? []) {
      this.waiting.set(key, []);
      try {
        const { used, seconds } = await this.takeLot(key, batch.length);
        const lot = { inHand: 0, untaken: 0, endsAt: this.now() + seconds * 1000 };
        if (used >= quota) this.keep(key, lot);
        for (const [at, { counted }] of batch.entries()) {
          const left = quota - (used - batch.length + at + 1);
          counted({ allowed: left >= 0, left: Math.max(0, left), seconds: this.secondsOf(lot) });
        }
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.waiting.delete(key);
  }

  private async takeOne(key: string, quota: number): Promise<Allowance> {
    let lot = this.standing(key);
    while (lot === undefined || (lot.inHand === 0 && lot.untaken > 0)) {
      // Of many that find it empty at the same time one asks for the next.
      await (this.underWay.get(key) ?? this.refill(key, quota));
      lot = this.standing(key);
    }
    const allowed = lot.inHand > 0;
    if (allowed) lot.inHand--;
    return { allowed, left: lot.inHand + lot.untaken, seconds: this.secondsOf(lot) };
  }

  private secondsOf({ endsAt }: Lot): number {
    return Math.max(1, Math.ceil((endsAt - this.now()) / 1000));
  }

  private keep(key: string, lot: Lot): void {
    if (this.lots.size >= mostKeys) this.lots.clear();
    this.lots.set(key, lot);
  }

  private standing(key: string): Lot | undefined {
    const lot = this.lots.get(key);
    return lot === undefined || lot.endsAt <= this.now() ? undefined : lot;
  }

  private refill(key: string, quota: number): Promise<void> {
    const done = this.fetchLot(key, quota).finally(() => this.underWay.delete(key));
    this.underWay.set(key, done);
    return done;
  }

  private async fetchLot(key: string, quota: number): Promise<void> {
    const amount = Math.max(1, Math.floor(quota / lotsInQuota));
    const { used, seconds } = await this.takeLot(key, amount);
    this.keep(key, {
      inHand: Math.max(0, Math.min(amount, quota - (used - amount))),
      untaken: Math.max(0, quota - used),
      endsAt: this.now() + seconds * 1000,
    });
  }
}

/** draft-ietf-httpapi-ratelimit-headers-09. */
export function paceHeaders({ perAddress }: Pace, { left, seconds }: Allowance): Record<string, string> {
  return {
    'ratelimit-policy': `"address";q=${perAddress};w=60`,
    ratelimit: `"address";r=${left};t=${seconds}`,
  };
}
