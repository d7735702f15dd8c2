/** What shares one limit: an IPv4 address, or the /64 that one IPv6 customer has to himself (RFC 6177). */
import { isIPv6 } from 'node:net';

/** An IPv4 address in IPv6 clothes, however spelt, is IPv4. */
export function networkOf(address: string): string {
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
