/** How often one network address may do something: a fixed window in memory, since it only slows the impatient down. */
import { networkOf } from '#lib/server/client-network.ts';

export interface RateLimit {
  /** Counts one and says whether it is within the limit. */
  allow(address: string): boolean;
}

const mostAddresses = 50_000;

export function rateLimit(
  limit: { readonly count: number; readonly windowMs: number },
  now: () => number = Date.now,
): RateLimit {
  const windows = new Map<string, { count: number; endsAt: number }>();
  const forgetEnded = () => {
    for (const [key, { endsAt }] of windows) if (endsAt <= now()) windows.delete(key);
    // Still full: somebody has many addresses. Forgetting all is kinder than growing.
    if (windows.size >= mostAddresses) windows.clear();
  };
  return {
    allow: (address) => {
      const key = networkOf(address);
      const open = windows.get(key);
      if (open !== undefined && open.endsAt > now()) return ++open.count <= limit.count;
      if (windows.size >= mostAddresses) forgetEnded();
      windows.set(key, { count: 1, endsAt: now() + limit.windowMs });
      return limit.count >= 1;
    },
  };
}
