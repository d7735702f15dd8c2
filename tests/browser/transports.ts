/** The ways in which Next.js can be asked for what a page shows; each has been a way around a lock before. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

export interface Asking {
  readonly path: string;
  readonly headers: Record<string, string>;
}

const buildId = () => readFileSync(new URL('../../.next/BUILD_ID', import.meta.url), 'utf8').trim();
const bare = (path: string) => (path === '/' ? '/index' : path);
const subrequest = Array.from({ length: 5 }, () => 'middleware').join(':');

/** Those that only add headers or a query ask for the same address: they must get the same answer. */
export const sameAddress: Readonly<Record<string, (path: string) => Asking>> = {
  '?_rsc': (path) => ({ path: `${path}?_rsc=1abcd`, headers: { rsc: '1', 'next-url': '/' } }),
  prefetch: (path) => ({ path, headers: { rsc: '1', 'next-router-prefetch': '1' } }),
  'segment prefetch': (path) => ({
    path,
    headers: { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' },
  }),
  'x-middleware-subrequest': (path) => ({
    path,
    headers: {
      'x-middleware-subrequest': subrequest,
      'x-middleware-invoke': '1',
      'x-matched-path': path,
      'x-nextjs-data': '1',
    },
  }),
};

export const otherAddress: Readonly<Record<string, (path: string) => Asking>> = {
  '.rsc': (path) => ({ path: `${bare(path)}.rsc`, headers: { rsc: '1' } }),
  segments: (path) => ({
    path: `${bare(path)}.segments/_tree.segment.rsc`,
    headers: { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' },
  }),
  '_next/data': (path) => ({
    path: `/_next/data/${buildId()}${bare(path)}.json`,
    headers: { 'x-nextjs-data': '1' },
  }),
};

/** The whole answer to a request that asks for another protocol. */
export function upgrade(url: string, path: string, cookie: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((done, failed) => {
    let text = '';
    const socket = connect(Number(port), hostname);
    socket.on('data', (part: Buffer) => (text += part.toString()));
    socket.on('close', () => done(text));
    socket.on('error', failed);
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nCookie: ${cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
  });
}
