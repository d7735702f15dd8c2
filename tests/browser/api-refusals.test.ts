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
  const { type, code, ...said } = (await answer.json()) as Record<string, unknown>;
  expect(said).toMatchObject({ status, title: expect.any(String) as unknown });
  expect(type).toBe(`${web.url}/api#problem-${String(code)}`);
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

it('leads from each kind of refusal to what it means', async () => {
  const page = await (await api('/api')).text();
  const document = (await (await api('/api/openapi.json')).json()) as {
    paths: Record<string, { get?: { responses: Record<string, { content: object }> } }>;
  };
  const refused = document.paths['/api/v1/signings']?.get?.responses['400']?.content;
  const { schema } = (refused as { 'application/problem+json': { schema: unknown } })[
    'application/problem+json'
  ];
  const { properties } = schema as { properties: { code: { enum: string[] } } };
  expect(properties.code.enum).toContain('too-often');
  for (const code of properties.code.enum) expect(page).toContain(`id="problem-${code}"`);
});

it('says even of a request that is too large to be read why', async () => {
  const answer = await api(`/api/v1/signings?identity=${'a'.repeat(20_000)}`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([431, 'application/problem+json']);
  expect(await answer.json()).toMatchObject({ status: 431, code: 'headers-too-large' });
});

it.each([
  ['/e/x/y', 'There is no such entry'],
  ['/e/nosuchlog/1', 'There is no such entry'],
  ['/d/zz', 'That is no digest'],
  ['/n/zz', 'names begin like that'],
  ['/compare?first=a&second=b', 'Not both entries are there'],
  ['/nowhere', 'There is no such page'],
  ['/alert/zz', 'Nothing here'],
])('answers %s with a whole page that says what was wrong', async (path, words) => {
  const answer = await api(path);
  const page = await answer.text();
  expect(answer.status).toBe(404);
  expect(page).toContain(words);
  for (const part of ['<nav', '<footer', 'aria-label="Colours"']) expect(page).toContain(part);
});

it('leads back from a press that is refused, in the colours of its reader', async () => {
  const answer = await api('/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'text/plain', cookie: 'sigwatch-theme=dark' },
    body: 'x',
  });
  const page = await answer.text();
  expect(answer.status).toBe(400);
  expect(page).toContain('data-theme="dark"');
  expect(page).toContain('<a href="/sign-in">Back to the page</a>');
});
