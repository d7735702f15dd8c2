import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { freshDatabase } from '#tests/harness/database.ts';
import { seedEntry, seedLog } from './seed.ts';
import { leafOf, startTileLog } from './tile-log.ts';
import { startWeb } from './web.ts';

const { sql, url } = await freshDatabase();
const log = await startTileLog(Array.from({ length: 300 }, (_, at) => leafOf(at)));
const web = await startWeb(url);
await seedLog(sql, log);
const start = Date.parse('2026-11-20T10:00:00Z');
// Several rows share a second: a cursor must still lose and repeat none.
for (let at = 0; at < 23; at++)
  await seedEntry(sql, log, {
    index: at,
    at: new Date(start + Math.floor(at / 4) * 1000),
    identities: [['email', 'dev@example.com']],
  });
await seedEntry(sql, log, {
  index: 50,
  at: new Date(start),
  identities: [['email', 'dev@example.com']],
  trust: 'untrusted',
});

const api = (path: string, init?: RequestInit) => fetch(`${web.url}${path}`, init);

/** What a client sends that is no HTTP library: the bytes, and the first line of the answer. */
async function raw(request: string): Promise<string> {
  const socket = connect(Number(new URL(web.url).port), 'localhost');
  socket.write(request);
  const [data] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return data.toString().split('\r\n')[0] ?? '';
}

it.each([
  '/',
  '/i/dev@example.com',
  '/e/rekor/1',
  '/logs',
  '/watch/confirm?token=abc',
  '/nowhere',
  '/healthz',
  '/api/v1/logs',
  '/api/v1/signings',
  '/api/openapi.json',
  '/icon.svg',
  '/mailbox',
  '/%zz',
  '/_next/image?url=http://10.0.0.1/x',
  '/i/%00',
])('sends the protecting headers with %s', async (path) => {
  const answer = await api(path);
  const { headers, status } = answer;
  const text = () => answer.text();
  // Nobody follows a log here, which /healthz says.
  expect(status < 500 || path === '/healthz').toBe(true);
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  // Where a script of ours stands it is named by a nonce, and nothing else may run.
  const body = await text();
  const script = /script-src ([^;]*)/.exec(policy)?.[1];
  const [, nonce] = /<script type="module" nonce="([A-Za-z0-9+/=]{24})"/.exec(body) ?? [];
  expect(script).toBe(nonce === undefined ? undefined : `'nonce-${nonce}'`);
  if (nonce !== undefined) expect(await (await api(path)).text()).not.toContain(nonce);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(headers.get('referrer-policy')).toBeTruthy();
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers.get('x-powered-by')).toBeNull();
});

it('sends pages without any script but those of ours they ask for, each once, and small', async () => {
  for (const path of ['/', '/i/dev@example.com', '/e/rekor/1', '/nowhere', '/about']) {
    const html = await (await api(path)).text();
    const asked = new Set([...html.matchAll(/ data-script="([^"]+)"/g)].map(([, name]) => name));
    expect(html.match(/<script/g)?.length ?? 0, path).toBe(asked.size);
    expect(html.match(/<script type="module" nonce="[^"]+" src="\/script\//g)?.length ?? 0, path).toBe(
      asked.size,
    );
    if (['/nowhere', '/about'].includes(path)) expect(asked.size).toBe(0);
    expect(html).not.toContain('as="script"');
    expect(html.length).toBeLessThan(60_000);
  }
});

it.each([
  { rsc: '1' },
  { 'next-router-prefetch': '1', rsc: '1' },
  { 'x-middleware-subrequest': 'middleware:middleware' },
  { 'next-action': 'x' },
  { 'x-nextjs-data': '1' },
  { 'next-router-segment-prefetch': '/_tree', rsc: '1' },
] as Record<string, string>[])(
  'answers with the same page whatever internals a client names: %j',
  async (headers) => {
    const answer = await api('/about?_rsc=1', { headers });
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(await answer.text()).toContain('Signed as you, whether you meant it or not');
  },
);

it.each([
  '/.env',
  '/.git/config',
  '/_next/data/x/about.json',
  '/_next/image?url=x',
  '/about.rsc',
  '/api/debug',
  '/watch/press',
])('has nothing at %s', async (path) => {
  expect([404, 405]).toContain((await api(path)).status);
});

it('refuses what no browser sends', async () => {
  expect(await raw('GET http://10.0.0.1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(/ 400 /);
  expect(await raw('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')).toMatch(
    / 400 /,
  );
  expect(await raw('GET //evil.example/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(/ 400 /);
  expect((await api(`/i/${'a'.repeat(13_000)}`)).status).toBe(414);
  expect((await api('/about', { method: 'DELETE' })).status).toBe(405);
  expect((await api('/watch', { method: 'POST', body: 'x'.repeat(70_000) })).status).toBe(413);
});

it('builds no link from the Host header', async () => {
  const answer = await api('/i/Dev@example.com', {
    headers: { 'x-forwarded-host': 'evil.example' },
    redirect: 'manual',
  });
  expect(answer.headers.get('location')).toBe('/i/dev@example.com');
});

it('says what it rests on at /healthz, and 503 when nobody watches', async () => {
  const never = await api('/healthz');
  expect(never.status).toBe(503);
  expect(await never.json()).toMatchObject({
    status: 'NOT_SERVING',
    reason: expect.stringMatching(/no workers process has run yet/),
    database: 'ok',
    logs: [{ id: 'rekor', state: 'following', verifiedSize: 300 }],
  });
  await sql`INSERT INTO monitor_worker (id, beat_at) VALUES (gen_random_uuid(), now() - interval '10 minutes')`;
  const silent = await api('/healthz');
  expect(silent.status).toBe(503);
  expect(await silent.json()).toMatchObject({
    status: 'NOT_SERVING',
    reason: expect.stringMatching(/no workers process/),
  });
  await sql`UPDATE monitor_worker SET beat_at = now()`;
  expect((await api('/healthz')).status).toBe(200);
});

interface Signings {
  readonly signings: readonly {
    index: number;
    log: string;
    trust: string;
    url: string;
    identities: { value: string }[];
  }[];
  readonly total: number;
  readonly forgeries: number;
  readonly completeUpTo: readonly { log: string; size: number }[];
  readonly next: string | null;
}

it('pages through signings: each once, the total exact on every page, while new ones arrive', async () => {
  const seen: number[] = [];
  let next: string | null = '';
  let pages = 0;
  while (next !== null) {
    const cursor: string = next === '' ? '' : `&cursor=${next}`;
    const answer = (await (
      await api(`/api/v1/signings?identity=dev@example.com&limit=5${cursor}`)
    ).json()) as Signings;
    expect(answer.total).toBe(23 + pages);
    expect(answer.forgeries).toBe(1);
    expect(answer.completeUpTo).toMatchObject([{ log: 'rekor', size: 300 }]);
    seen.push(...answer.signings.map(({ index }) => index));
    ({ next } = answer);
    pages++;
    if (next !== null)
      await seedEntry(sql, log, {
        index: 100 + pages,
        at: new Date(start + 3_600_000),
        identities: [['email', 'dev@example.com']],
      });
  }
  expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, at) => at));
});

it('finds by digest, issuer and time, and shows one entry with its leaf hash', async () => {
  const one = (await (await api('/api/v1/entries/rekor/3')).json()) as {
    digest: { value: string };
    leafHash: string;
  };
  expect(one.leafHash).toBe(Buffer.from(log.leafHashes[3] ?? []).toString('hex'));
  const find = async (query: string) => (await (await api(`/api/v1/signings?${query}`)).json()) as Signings;
  expect((await find(`digest=sha256:${one.digest.value}`)).signings.map(({ index }) => index)).toEqual([3]);
  expect((await find('identity=dev@example.com&issuer=https://other.example')).total).toBe(0);
  expect(
    (await find('identity=dev@example.com&since=2026-11-20T10:00:05Z&limit=200')).signings.map(
      ({ index }) => index,
    ),
  ).not.toContain(19);
  expect((await find('repository=github.com/acme/app')).total).toBe(0);
});

it('finds an entry by the fingerprint of its certificate, its leaf and its Rekor UUID, and the names of an owner', async () => {
  const fingerprint = createHash('sha256').update('a certificate').digest();
  await sql`UPDATE monitor_entry SET certificate_hash = ${fingerprint} WHERE entry_index = 3`;
  const find = async (hash: string) => {
    const { entries } = (await (await api(`/api/v1/entries?hash=${hash}`)).json()) as { entries: object[] };
    return entries;
  };
  const leaf = Buffer.from(log.leafHashes[3] ?? []).toString('hex');
  const third = [{ log: 'rekor', index: 3, url: `${web.url}/e/rekor/3` }];
  expect(await find(fingerprint.toString('hex'))).toEqual(third);
  expect(await find(leaf)).toEqual(third);
  expect(await find(`24296fb24b8ad77a${leaf}`)).toEqual(third);
  expect(await find('00'.repeat(32))).toEqual([]);
  const typed = await api(`/?q=${fingerprint.toString('hex')}`, { redirect: 'manual' });
  expect(typed.headers.get('location')).toBe('/e/rekor/3');
  for (const [index, name] of [
    'github.com/owner_1/a',
    'github.com/owner_1/b',
    'github.com/ownerx1/c',
  ].entries())
    await seedEntry(sql, log, {
      index: 200 + index,
      at: new Date(start),
      identities: [['repository', name]],
    });
  const names = async (more: string) =>
    (await (await api(`/api/v1/names?prefix=github.com/owner_1${more}`)).json()) as {
      names: { value: string }[];
      next: string | null;
    };
  const first = await names('&limit=1');
  expect(first).toMatchObject({ names: [{ value: 'github.com/owner_1/a' }], next: 'github.com/owner_1/a' });
  const rest = await names(`&limit=1&cursor=${first.next}`);
  expect(rest).toMatchObject({ names: [{ value: 'github.com/owner_1/b' }], next: null });
  const page = await (await api('/n/github.com%2Fowner_1%2F')).text();
  expect(page).toContain('/i/github.com%2Fowner_1%2Fa');
  expect(page).not.toContain('ownerx1');
});

it('hands on the checkpoint of a log by its name, where a witness would have it', async () => {
  const id = createHash('sha256').update(log.origin).digest('hex');
  const answer = await api(`/api/v1/checkpoints/${id}/checkpoint`);
  expect(await answer.text()).toBe(log.checkpoint);
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect((await api(`/api/v1/checkpoints/${'0'.repeat(64)}/checkpoint`)).status).toBe(404);
});

it('says how far a catch-up is, and when nobody could have been told', async () => {
  await sql`
    UPDATE monitor_log SET stated_size = 1300, behind_from = 100, behind_since = verified_at - interval '20 seconds', state = 'behind'`;
  await sql`
    INSERT INTO monitor_blind (log_id, from_at, until_at, reason)
    VALUES ('rekor', now() - interval '2 hours', now() - interval '1 hour', 'The log did not answer.')`;
  const { logs, blind } = (await (await api('/api/v1/logs')).json()) as Record<string, object[]>;
  expect(logs).toMatchObject([{ statedSize: 1300, secondsLeft: 100 }]);
  expect(blind).toMatchObject([{ log: 'rekor', reason: 'The log did not answer.' }]);
  const page = await (await api('/logs')).text();
  expect(page).toContain('Catching up');
  expect(page).toContain('about 2 minutes left');
  expect(page).toContain('The log did not answer.');
  await sql`UPDATE monitor_log SET stated_size = verified_size, behind_from = NULL, behind_since = NULL, state = 'following'`;
});

it('answers 304 to who has what it would say, on every open address', async () => {
  const name = encodeURIComponent('dev@example.com');
  for (const path of [
    'logs',
    'logs/history',
    'setup',
    `signings?identity=${name}`,
    `identities?identity=${name}`,
  ]) {
    const first = await api(`/api/v1/${path}`);
    const tag = first.headers.get('etag') ?? '';
    expect([path, first.status, tag]).not.toContain('');
    const again = await api(`/api/v1/${path}`, { headers: { 'if-none-match': tag } });
    expect([path, again.status, await again.text()]).toEqual([path, 304, '']);
    const other = await api(`/api/v1/${path}`, { headers: { 'if-none-match': '"other"' } });
    expect([path, other.status]).toEqual([path, 200]);
  }
});

it('may be read by any site, and asked to watch by none', async () => {
  expect(
    (await api('/api/v1/logs', { headers: { origin: 'https://a.example' } })).headers.get(
      'access-control-allow-origin',
    ),
  ).toBe('*');
  const asked = { identity: 'dev@example.com', email: 'dev@example.com' };
  const json = {
    method: 'POST',
    body: JSON.stringify(asked),
    headers: { 'content-type': 'application/json' },
  };
  const answer = await api('/api/v1/watches', json);
  expect(answer.status).toBe(202);
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  expect((await api('/api/v1/watches', { ...json, headers: { 'content-type': 'text/plain' } })).status).toBe(
    415,
  );
  for (const body of [
    '{',
    '[]',
    '{"identity":"dev@example.com"}',
    JSON.stringify({ ...asked, email: { not: '' } }),
    JSON.stringify({ ...asked, role: 'admin' }),
  ])
    expect((await api('/api/v1/watches', { ...json, body })).status, body).toBe(400);
});

it('says of a whole domain who may watch it, wherever it is asked for', async () => {
  const asked = async (identity: string) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ identity, email: 'dev@bücher.example' });
    return api('/api/v1/watches', { method: 'POST', body, headers });
  };
  for (const answer of [
    await asked('*@corp.example'),
    await api('/api/v1/signings?identity=*@corp.example'),
    await api('/i/*@corp.example/feed.json'),
    await api('/i/*@corp.example'),
  ])
    expect(await answer.text(), answer.url).toContain('a team that proved to own it');
  for (const identity of ['bob@bücher.example', 'alice!corp.example']) {
    expect((await asked(identity)).status, identity).toBe(202);
    for (const path of ['/api/v1/signings?identity=', '/i/'])
      expect((await api(path + encodeURIComponent(identity))).status, path + identity).toBe(200);
  }
  expect((await asked(`SHA256:${'AB'.repeat(32)}`)).status).toBe(202);
  const kept =
    await sql`SELECT kind FROM account_watch WHERE email = 'dev@xn--bcher-kva.example' ORDER BY value`;
  expect(kept.map(({ kind }) => String(kind))).toEqual(['username', 'email', 'digest']);
});

it('describes every path of the API', async () => {
  const { openapi, paths } = (await (await api('/api/openapi.json')).json()) as {
    openapi: string;
    paths: object;
  };
  expect(openapi).toBe('3.1.0');
  const routes = readdirSync('app/api/v1', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('/route.ts'))
    .map((file) => `/api/v1/${file.replace('/route.ts', '').replace(/\[(\w+)\]/g, '{$1}')}`);
  expect(Object.keys(paths).toSorted()).toEqual(routes.toSorted());
});

it('opens the demo mailbox to this machine alone', async () => {
  await sql`
    INSERT INTO mail_mailbox (message_id, recipient, subject, text, html, headers)
    VALUES ('<1@x>', 'dev@example.com', 'Hello', 'text', '<p>html</p><script>alert(1)</script>', ${sql.json({ 'X-Test': '1' })})`;
  const messages = (await (await api('/api/dev/mailbox?to=Dev@example.com')).json()) as object[];
  expect(messages).toHaveLength(1);
  expect(Object.keys(messages[0] ?? {}).sort()).toEqual([
    'headers',
    'html',
    'id',
    'receivedAt',
    'subject',
    'text',
    'to',
  ]);
  const page = await (await api('/mailbox')).text();
  expect(page).toContain('srcDoc=');
  expect(page).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
  expect(page.replaceAll(/<script type="module" nonce="[^"]+" src="\/script\//g, '')).not.toContain(
    '<script',
  );
  const port = new URL(web.url).port;
  for (const path of ['/mailbox', '/api/dev/mailbox']) {
    expect((await api(path, { headers: { 'x-forwarded-for': '127.0.0.1' } })).status).toBe(404);
    expect(
      await raw(`GET ${path} HTTP/1.1\r\nHost: evil.example:${port}\r\nConnection: close\r\n\r\n`),
    ).toMatch(/ 404 /);
    expect((await api(path, { headers: { 'x-sigwatch-own-machine': 'yes', via: 'x' } })).status).toBe(404);
  }
  const outside = await startWeb(url, { DEMO_MAILBOX: 'off' });
  expect((await fetch(`${outside.url}/mailbox`)).status).toBe(404);
  expect((await fetch(`${outside.url}/api/dev/mailbox`)).status).toBe(404);
});
