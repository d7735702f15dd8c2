/** How often one network address may do something: a fixed window in memory, since it only slows the impatient down. */
import { isIPv6 } from 'node:net';

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
      const key = network(address);
      const open = windows.get(key);
      if (open !== undefined && open.endsAt > now()) return ++open.count <= limit.count;
      if (windows.size >= mostAddresses) forgetEnded();
      windows.set(key, { count: 1, endsAt: now() + limit.windowMs });
      return limit.count >= 1;
    },
  };
}

/** One subscriber is one IPv4 address or one IPv6 /64 (RFC 6177); an IPv4 address in IPv6 clothes is IPv4. */
export function network(address: string): string {
  if (!isIPv6(address)) return address;
  const canonical = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (mapped?.[1] !== undefined && mapped[2] !== undefined) return ipv4(mapped[1], mapped[2]);
  return `${groups(canonical).slice(0, 4).join(':')}::/64`;
}

function ipv4(high: string, low: string): string {
  return [high, low].flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]).join('.');
}

function groups(canonical: string): string[] {
  const [head = '', tail] = canonical.split('::');
  const left = head === '' ? [] : head.split(':');
  if (tail === undefined) return left;
  const right = tail === '' ? [] : tail.split(':');
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right];
}
