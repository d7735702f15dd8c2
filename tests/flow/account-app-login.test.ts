/** Ownership by signing in where the code lives, against a server that speaks as GitHub does. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { readCaller, type Caller } from '#app/account/caller.ts';
import { finishLogin } from '#app/account/login/provider-login.ts';
import { openLogins, readProviders } from '#app/account/login/providers.ts';
import { beginProof, finishProof } from '#app/account/ownership/app-login.ts';
import { findOwnership, recordProof, type Ownership } from '#app/account/ownership/store.ts';
import { openSession } from '#app/account/session.ts';
import { userOfAddress } from '#app/account/user.ts';
import type { Dependencies } from '#app/dependencies.ts';
import { readConfig } from '#lib/server/config.ts';
import { createLogger } from '#lib/server/logger.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { listen } from '#tests/harness/test-issuer.ts';

const { sql } = await freshDatabase();
/** What the API answers, by path; `asked` is every request. */
const api = new Map<string, object | { readonly redirect: string }>();
const asked: { path: string; authorization: string; scope: string }[] = [];
const elsewhere = createServer((request, response) => {
  asked.push({ path: `elsewhere ${request.url}`, authorization: '', scope: '' });
  response.end('{}');
});
const elsewhereUrl = await listen(elsewhere);
const server = createServer((request, response) => {
  const path = request.url ?? '';
  asked.push({ path, authorization: request.headers.authorization ?? '', scope: '' });
  request.resume();
  if (path === '/login/oauth/access_token')
    return response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ access_token: 'gho_once', token_type: 'bearer', scope: '' }));
  const answer = request.headers.authorization === 'Bearer gho_once' ? api.get(path) : undefined;
  if (answer !== undefined && 'redirect' in answer)
    return response.writeHead(301, { location: String(answer.redirect) }).end();
  return response
    .writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
    .end(JSON.stringify(answer ?? { message: 'Not Found' }));
});
const serverUrl = (await listen(server)).replace('127.0.0.1', 'localhost');
afterAll(() => {
  server.close();
  elsewhere.close();
});

const file = join(mkdtempSync(join(tmpdir(), 'sigwatch-app-login-')), 'logins.json');
const client = { 'client-id': 'sigwatch', clientSecret: 'secret' };
writeFileSync(
  file,
  JSON.stringify({
    providers: [
      { type: 'github', name: 'GitHub', url: serverUrl, 'api-url': `${serverUrl}/api/v3`, ...client },
    ],
  }),
);
const config = readConfig({ NODE_ENV: 'test' });
const logins = openLogins(readProviders(file), `${config.web.url}/sign-in/return`);
const refusalPage = () => '';
const deps = {
  sql,
  config,
  logins,
  refusalPage,
  statement: namedSql,
  logger: createLogger('web', 'silent'),
} as unknown as Dependencies;

interface SignedIn {
  readonly caller: Caller;
  readonly cookie: string;
}

async function person(address: string): Promise<SignedIn> {
  const set = await sql.begin(async (transaction) =>
    openSession(transaction, config, {
      userId: await userOfAddress(transaction, address),
      method: 'code',
      agent: 'x',
    }),
  );
  const cookie = set.split(';')[0] ?? '';
  const caller = await readCaller(deps, new Headers({ cookie }), 'page');
  if (caller === undefined) throw new Error('a stranger');
  return { caller, cookie };
}
const owner = await person('owner@example.com');

async function begun(kind: Ownership['kind'], value: string): Promise<Ownership> {
  const id = randomUUID();
  const team = owner.caller.teams[0]?.id ?? '';
  await sql`
    INSERT INTO account_ownership (id, team_id, kind, value, challenge, asked_by)
    VALUES (${id}, ${team}, ${kind}, ${value}, ${id}, ${owner.caller.userId})`;
  return again({ id });
}

async function again({ id }: { readonly id: string }): Promise<Ownership> {
  const found = await findOwnership(sql, { id });
  if (found === undefined) throw new Error('gone');
  return found;
}

/** Presses the button, signs in there, comes back and presses again, as `who`. */
async function prove(ownership: Ownership, who: SignedIn = owner): Promise<Response> {
  const answer = await beginProof(deps, owner.caller, ownership, 'GitHub');
  if (typeof answer === 'string') throw new Error(answer);
  const to = new URL((answer.headers.get('refresh') ?? '').replace('0; url=', ''));
  asked.push({ path: 'authorize', authorization: '', scope: to.searchParams.get('scope') ?? '' });
  const login = (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  const back = new Request(`${config.web.url}/sign-in/return?code=c&state=${to.searchParams.get('state')}`, {
    headers: { cookie: `${login}; ${who.cookie}` },
  });
  const done = await finishLogin(deps, back);
  if (done?.kind !== 'admin') throw new Error('not finished');
  expect(await finishLogin(deps, back)).toBeUndefined();
  return finishProof(deps, back, done);
}

const repository = { id: 41, full_name: 'Acme/App', owner: { id: 7 }, permissions: { admin: true } };
const member = { state: 'active', role: 'admin', organization: { id: 7, login: 'Acme' } };
beforeEach(async () => {
  await sql`UPDATE account_ownership SET ended_at = now() WHERE ended_at IS NULL`;
  api.clear();
  asked.length = 0;
  api.set('/api/v3/user', { id: 3, login: 'jane' });
});

it('proves a repository, its workflow and an organisation for whoever administers them, with their numbers', async () => {
  api.set('/api/v3/repos/acme/app', repository);
  api.set('/api/v3/user/memberships/orgs/acme', member);
  for (const [kind, value, scope, bound] of [
    ['repository', 'localhost/acme/app', 'read:user', { repositoryId: '41', ownerId: '7' }],
    [
      'workflow',
      'localhost/acme/app/.github/workflows/r.yml',
      'read:user',
      { repositoryId: '41', ownerId: '7' },
    ],
    ['organisation', 'localhost/acme', 'read:user read:org', { ownerId: '7' }],
    ['organisation', 'localhost/jane', 'read:user read:org', { ownerId: '3' }],
  ] as const) {
    const ownership = await begun(kind, value);
    const answer = await prove(ownership);
    expect(answer.headers.get('location')).toBe(`/ownership/${ownership.id}`);
    expect(await again(ownership)).toMatchObject({ method: 'app-login', bound });
    expect((await again(ownership)).provenAt).toBeInstanceOf(Date);
    expect(asked.filter(({ path }) => path === 'authorize').at(-1)?.scope).toBe(scope);
  }
  const kept = await sql<{ text: string }[]>`SELECT account_ownership::text AS text FROM account_ownership`;
  expect(kept.map(({ text }) => text).join()).not.toContain('gho_once');
});

it.each([
  [
    'who may only write',
    'repository',
    '/api/v3/repos/acme/app',
    { ...repository, permissions: { admin: false } },
  ],
  [
    'of whom nothing is said',
    'repository',
    '/api/v3/repos/acme/app',
    { ...repository, permissions: undefined },
  ],
  [
    'of a repository of another name',
    'repository',
    '/api/v3/repos/acme/app',
    { ...repository, full_name: 'evil/app' },
  ],
  ['of a repository that was not found', 'repository', '/api/v3/x', {}],
  [
    'whom the answer sends elsewhere',
    'repository',
    '/api/v3/repos/acme/app',
    { redirect: `${elsewhereUrl}/repos` },
  ],
  [
    'who is a mere member',
    'organisation',
    '/api/v3/user/memberships/orgs/acme',
    { ...member, role: 'member' },
  ],
  [
    'who has not joined yet',
    'organisation',
    '/api/v3/user/memberships/orgs/acme',
    { ...member, state: 'pending' },
  ],
  [
    'of another organisation',
    'organisation',
    '/api/v3/user/memberships/orgs/acme',
    { ...member, organization: { id: 8, login: 'evil' } },
  ],
] as const)('proves nothing for somebody %s', async (_, kind, path, answer) => {
  api.set(path, answer);
  const ownership = await begun(kind, kind === 'repository' ? 'localhost/acme/app' : 'localhost/acme');
  await prove(ownership);
  const after = await again(ownership);
  expect(after.provenAt).toBeUndefined();
  expect(after.findings).toHaveLength(1);
  expect(asked.map(({ path: one }) => one).filter((one) => one.startsWith('elsewhere'))).toEqual([]);
});

it('is for the person who began it, at a login of that host, and not for another of the same name', async () => {
  api.set('/api/v3/repos/acme/app', repository);
  const ownership = await begun('repository', 'localhost/acme/app');
  const stranger = await person('stranger@example.com');
  expect((await prove(ownership, stranger)).headers.get('location')).toBe('/sign-in?problem=ended');
  expect((await again(ownership)).provenAt).toBeUndefined();
  const other = await begun('repository', 'github.com/acme/app');
  for (const provider of ['GitHub', 'None'])
    await expect(beginProof(deps, owner.caller, other, provider)).rejects.toMatchObject({ code: 'invalid' });
  const bound = { repositoryId: '40', ownerId: '7' };
  await recordProof(sql, ownership, { method: 'file', bound, findings: [] }, { kind: 'system' });
  await expect(prove(await again(ownership))).rejects.toMatchObject({ code: 'conflict' });
});
