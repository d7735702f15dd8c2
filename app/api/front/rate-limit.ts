/**
 * How much one address may ask of the API in a minute, said in the fields of draft-ietf-httpapi-ratelimit-headers-09. Kept
 * by each process for itself: what it protects is that process.
 */
export interface Allowance {
  readonly allowed: boolean;
  readonly left: number;
  readonly seconds: number;
}

const windowMs = 60_000;
const mostKeys = 100_000;

export class RateLimit {
  readonly quota: number;
  private opensAt = 0;
  private used = new Map<string, number>();

  constructor(quota: number) {
    this.quota = quota;
  }

  take(key: string, now: number): Allowance {
    if (now - this.opensAt >= windowMs || this.used.size > mostKeys) {
      this.opensAt = now;
      this.used = new Map();
    }
    const used = (this.used.get(key) ?? 0) + 1;
    this.used.set(key, used);
    const left = Math.max(0, this.quota - used);
    const seconds = Math.max(1, Math.ceil((this.opensAt + windowMs - now) / 1000));
    return { allowed: used <= this.quota, left, seconds };
  }

  headers({ left, seconds }: Allowance): Record<string, string> {
    return {
      'ratelimit-policy': `"address";q=${this.quota};w=${windowMs / 1000}`,
      ratelimit: `"address";r=${left};t=${seconds}`,
    };
  }
}
