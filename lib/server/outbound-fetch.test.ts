import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { OutboundError, postOutbound, readOutboundUrl, type OutboundOptions } from './outbound-fetch.ts';
import { isPublicAddress } from './public-address.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const codeOf = async (url: string, options?: OutboundOptions): Promise<string> =>
  postOutbound({ url, headers: {}, body: '{}' }, options).then(
    ({ status }) => `answered ${status}`,
    (error: unknown) => (error instanceof OutboundError ? error.code : String(error)),
  );
const resolvingTo = (...addresses: string[]) => ({ resolve: async () => addresses });

it.each([
  'http://example.com/',
  'file:///etc/passwd',
  'gopher://example.com/',
  'data:text/plain,x',
  'ftp://example.com/',
  'https://example.com:22/',
  'https://example.com:5432/',
  'https://user:secret@example.com/',
  'https://example.com/\r\nHost: evil',
  'https://exam\\ple.com/',
  'nonsense',
])('refuses %s before it is resolved', async (url) => {
  expect(await codeOf(url, { resolve: () => Promise.reject(new Error('was resolved')) })).toBe('bad-url');
});

it.each([
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f.1',
  '0177.0.0.1',
  '0.0.0.0',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '169.254.169.254',
  '10.1.2.3',
])('refuses https://%s/ however it is written, as soon as it is entered', async (host) => {
  expect(() => readOutboundUrl(`https://${host}/`)).toThrow('must be on the public internet');
  expect(await codeOf(`https://${host}/`)).toBe('forbidden-address');
});

it.each([
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '224.0.0.1',
  '255.255.255.255',
  '198.18.0.1',
  '::',
  '::1',
  'fe80::1',
  'fc00::1',
  'ff02::1',
  '::ffff:8.8.8.8',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:db8::1',
  '2001::1',
  'localhost',
  '',
])('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

it.each(['8.8.8.8', '172.15.0.1', '172.32.0.1', '2606:4700::1111'])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

it('refuses a name of which one address is private', async () => {
  expect(await codeOf('https://mixed.example/', resolvingTo('8.8.8.8', '10.0.0.1'))).toBe(
    'forbidden-address',
  );
});

it('asks for the address once and dials that one, whatever the name says by then', async () => {
  const url = await server(((_: unknown, response: { end(): void }) => response.end()) as never, '127.0.0.9');
  let asked = 0;
  const resolve = async () => [asked++ === 0 ? '127.0.0.9' : '127.0.0.1'];
  const named = url.replace('127.0.0.9', 'localhost');
  expect(await codeOf(named, { resolve, allowLoopback: true })).toBe('answered 200');
  expect(asked).toBe(1);
});

async function server(answer: Parameters<typeof createServer>[1], at = '127.0.0.1'): Promise<string> {
  const listening = createServer(answer as never);
  await new Promise<void>((ready) => listening.listen(0, at, ready));
  closers.push(() => {
    listening.closeAllConnections();
    listening.close();
  });
  return `http://${at}:${(listening.address() as AddressInfo).port}/`;
}

it('reaches this machine only where that is allowed, and then no other private one', async () => {
  const url = await server(((_: unknown, response: { end(): void }) => response.end()) as never);
  expect(await codeOf(url)).toBe('bad-url');
  expect(await codeOf(url, { allowLoopback: true })).toBe('answered 200');
  expect(() => readOutboundUrl('http://10.0.0.1/', true)).toThrow(OutboundError);
  expect(
    await codeOf('https://intranet.example/', { allowLoopback: true, ...resolvingTo('127.0.0.1') }),
  ).toBe('forbidden-address');
});

it('follows no redirect, and cuts answers that are long or slow', async () => {
  const serve = (act: (response: ServerResponse) => void) =>
    server(((_: unknown, response: ServerResponse) => act(response)) as never);
  const loop = { allowLoopback: true };
  const redirecting = await serve((response) =>
    response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
  );
  expect(await codeOf(redirecting, loop)).toBe('answered 307');
  const long = await serve((response) => response.end(Buffer.alloc(1024 * 1024)));
  expect(await codeOf(long, loop)).toBe('too-large');
  const slow = await serve((response) => void response.write('.'));
  expect(await codeOf(slow, { ...loop, timeoutMs: 100 })).toBe('timeout');
});
