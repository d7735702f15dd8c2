/** Fetching from a log is bounded in size, time and place, and polite. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { guardedFetch } from '#lib/server/guarded-fetch.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { close, listen } from '#tests/harness/test-issuer.ts';

const servers: Server[] = [];
let requests = 0;

async function serve(answer: RequestListener): Promise<string> {
  requests = 0;
  const server = createServer((request, response) => {
    requests++;
    answer(request, response);
  });
  servers.push(server);
  return listen(server);
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map(close));
});

it('gives the bytes below the address, redirects on the same host included', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/log/old') response.writeHead(301, { location: '/log/new' }).end();
    else response.end(request.url);
  });
  const fetch = guardedFetch(`${url}/log/`);
  expect(Buffer.from(await fetch('checkpoint', 100)).toString()).toBe('/log/checkpoint');
  expect(Buffer.from(await fetch('old', 100)).toString()).toBe('/log/new');
});

it('follows no redirect to another host, and asks nothing of it', async () => {
  let visits = 0;
  const other = createServer((_, response) => {
    visits++;
    response.end();
  });
  servers.push(other);
  const elsewhere = await listen(other);
  for (const location of [
    elsewhere,
    elsewhere.replace('127.0.0.1', 'localhost'),
    'file:///etc/passwd',
    'http://[',
  ]) {
    const url = await serve((_, response) => void response.writeHead(302, { location }).end());
    await expect(guardedFetch(url)('x', 100)).rejects.toMatchObject({ code: 'malformed' });
  }
  const loop = await serve((_, response) => void response.writeHead(302, { location: '/x' }).end());
  await expect(guardedFetch(loop)('x', 100)).rejects.toMatchObject({ code: 'malformed' });
  expect([visits, requests]).toEqual([0, 4]);
});

it('stops reading at the limit, also when a small answer unfolds into a large one', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/plain') response.end(Buffer.alloc(101));
    else response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(50_000_000)));
  });
  const fetch = guardedFetch(url);
  await expect(fetch('plain', 100)).rejects.toMatchObject({ code: 'too-large' });
  await expect(fetch('bomb', 1_000_000)).rejects.toMatchObject({ code: 'too-large' });
});

it('gives up on an answer that drips', async () => {
  const url = await serve((_, response) => {
    const timer = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(timer));
  });
  await expect(guardedFetch(url, { timeoutMs: 200 })('x', 1000)).rejects.toMatchObject({
    code: 'unreachable',
  });
});

it('waits as it is asked to, and longer after each failure, without asking again meanwhile', async () => {
  let healthy = false;
  const url = await serve((_, response) => {
    if (healthy) response.end('ok');
    else response.writeHead(503, { 'retry-after': '1' }).end();
  });
  const fetch = guardedFetch(url, { firstWaitMs: 1, longestWaitMs: 2 });
  const started = Date.now();
  await expect(fetch('x', 10)).rejects.toMatchObject({ code: 'unreachable' });
  healthy = true;
  await expect(fetch('x', 10)).rejects.toMatchObject({ code: 'unreachable', message: 'answered 503' });
  expect(requests).toBe(1);
  await eventually(async () => expect(await fetch('x', 10)).toHaveLength(2));
  expect(Date.now() - started).toBeGreaterThanOrEqual(1000);
});

it.each([
  [404, 'not-found'],
  [410, 'not-found'],
  [400, 'malformed'],
  [500, 'unreachable'],
  [429, 'unreachable'],
])('takes %i for %s', async (status, code) => {
  const url = await serve((_, response) => void response.writeHead(status).end());
  await expect(guardedFetch(url)('x', 10)).rejects.toMatchObject({ code });
});
