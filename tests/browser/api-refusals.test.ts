/** What the API refuses, whom it lets ask, and that its heads are those of its answers. */
import { expect, it } from 'vitest';
import { freshDatabase } from '#tests/harness/database.ts';
import { startWeb } from './web.ts';

const { url } = await freshDatabase();
const web = await startWeb(url);
const api = (path: string, init?: RequestInit) => fetch(`${web.url}${path}`, init);

it.each([
  'names',
  'names?prefix=github.com',
  'names?prefix=github.com/acme&limit=0',
  'entries?hash=abc',
  'checkpoints/x/checkpoint',
  'signings',
  'signings?identity=',
  'signings?identity=nobody',
  'signings?identity=a@b.c&identity=d@e.f',
  'signings?identity=a@b.c&limit=0',
  'signings?identity=a@b.c&limit=201',
  'signings?identity=a@b.c&cursor=x',
  'signings?identity=a@b.c&since=yesterday',
  'signings?identity=a@b.c&extra=1',
  'signings?digest=abc',
  'entries/rekor/-1',
  'entries/rekor/01',
  'entries/rekor/1e3',
])('refuses %s with a reason', async (path) => {
  const answer = await api(`/api/v1/${path}`);
  expect(answer.status).toBe(400);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(await answer.json()).toMatchObject({ status: 400, detail: expect.stringMatching(/./) as unknown });
});

it.each([
  ['GET', '/api/v1/nothing', 404],
  ['GET', '/api/v1', 404],
  ['GET', '/api/nothing', 404],
  ['GET', '/api/v1/logs/', 404],
  ['POST', '/api/v1/logs', 405],
  ['PUT', '/api/v1/watches', 405],
  ['DELETE', '/api/v1/signings', 405],
  ['PATCH', '/api/v1/alerts', 405],
  ['OPTIONS', '/api/v1/nothing', 404],
  ['GET', '/api/v1/%ff', 400],
  ['POST', '/api/openapi.json', 405],
] as const)('refuses %s %s as a problem that any site may read', async (method, path, status) => {
  const answer = await api(path, { method });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  expect(await answer.json()).toMatchObject({
    type: 'about:blank',
    status,
    title: expect.any(String) as unknown,
  });
  if (status === 405) expect(answer.headers.get('allow')).toContain('OPTIONS');
});

it('lets other sites ask first only for what anybody may read', async () => {
  const preflight = (path: string) => api(path, { method: 'OPTIONS' });
  const open = await preflight('/api/v1/signings');
  expect([open.status, open.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  const keyed = await preflight('/api/v1/alerts');
  expect([keyed.status, keyed.headers.get('access-control-allow-origin')]).toEqual([204, null]);
  expect(keyed.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  expect((await api('/api/v1/alerts')).headers.get('access-control-allow-origin')).toBeNull();
});

it.each([
  '/api/v1/logs',
  `/api/v1/signings?identity=${encodeURIComponent('dev@example.com')}`,
  '/api/v1/nothing',
  '/api/openapi.json',
  '/about',
  '/nowhere',
])('says by HEAD of %s what it says by GET', async (path) => {
  const said = async (method: string, more: Record<string, string> = {}) => {
    const answer = await fetch(web.url + path, {
      method,
      headers: { 'accept-encoding': 'identity', ...more },
    });
    const names = ['content-type', 'content-length', 'etag', 'vary', 'cache-control', 'allow'];
    const body = await answer.text();
    return { body, head: [answer.status, ...names.map((name) => answer.headers.get(name))] };
  };
  const [got, headed] = [await said('GET'), await said('HEAD')];
  expect(headed).toEqual({ body: '', head: got.head });
  expect(Number(got.head[2])).toBe(Buffer.byteLength(got.body));
  expect([null, 'Accept-Encoding']).toContain(got.head[4]);
  const tag = got.head[3];
  if (typeof tag === 'string') expect((await said('HEAD', { 'if-none-match': tag })).head[0]).toBe(304);
});
