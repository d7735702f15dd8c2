import { expect, it } from 'vitest';
import { network, rateLimit } from './rate-limit.ts';

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::ffff:c000:207', '192.0.2.7'],
  ['0:0:0:0:0:FFFF:C000:0207', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('%s counts as %s', (address, expected) => {
  expect(network(address)).toBe(expected);
});

it('allows so many in a window, each network for itself, and again in the next', () => {
  let now = 0;
  const limit = rateLimit({ count: 2, windowMs: 1000 }, () => now);
  expect(['2001:db8::1', '2001:db8::2', '2001:db8::3'].map((address) => limit.allow(address))).toEqual([
    true,
    true,
    false,
  ]);
  expect(limit.allow('192.0.2.1')).toBe(true);
  now = 1000;
  expect(limit.allow('2001:db8::1')).toBe(true);
});

it('stays small under very many addresses', () => {
  const limit = rateLimit({ count: 1, windowMs: 1000 }, () => 0);
  for (let index = 0; index < 60_000; index++)
    limit.allow(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);
  expect(limit.allow('10.0.0.0')).toBe(true);
});
