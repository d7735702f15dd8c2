import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';

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
