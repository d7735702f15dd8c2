import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';

import { networkOf } from '#lib/server/client-network.ts';
import { clientAddress } from './client-address.ts';

const asked = (forwarded?: string) =>
  ({
    socket: { remoteAddress: '::ffff:10.0.0.9' },
    headers: { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

it.each([
  ['nobody stands in front: what a header says does not count', asked('203.0.113.1'), 0, '10.0.0.9'],
  [
    'one proxy of ours: what it appended, not what the client wrote',
    asked('1.2.3.4, 203.0.113.1'),
    1,
    '203.0.113.1',
  ],
  ['two proxies of ours', asked('1.2.3.4, 203.0.113.1, 192.0.2.5'), 2, '203.0.113.1'],
  ['a proxy that says nothing', asked(), 1, '10.0.0.9'],
  ['a proxy that says no address', asked('unknown'), 1, '10.0.0.9'],
])('%s', (_, request, hops, address) => {
  expect(clientAddress(request, hops)).toBe(address);
});

it('one IPv6 customer is one network, on a connection and behind a proxy', () => {
  const connected = (remoteAddress: string) =>
    ({ socket: { remoteAddress }, headers: {} }) as unknown as IncomingMessage;
  const networks = [
    clientAddress(connected('2001:db8:1:2::9')),
    clientAddress(connected('2001:db8:1:2:ffff::1')),
    clientAddress(asked('2001:db8:1:2:3:4:5:6'), 1),
  ].map(networkOf);
  expect(new Set(networks)).toEqual(new Set(['2001:db8:1:2::/64']));
  expect(networkOf(clientAddress(connected('2001:db8:1:3::9')))).not.toBe(networks[0]);
});
