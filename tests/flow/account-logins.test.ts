import { createServer } from 'node:http';
import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { addLogin, userOfLogin } from '#app/account/login/login-account.ts';
import { openLogins, readProviders } from '#app/account/login/providers.ts';
import type { Caller } from '#app/account/caller.ts';
import { check, type OwnershipWorld } from '#app/account/ownership/check.ts';
import { askOwnership } from '#app/account/ownership/store.ts';
import { removeWayIn, renameUser } from '#app/account/profile.ts';
import { shownName } from '#app/account/shown-name.ts';
import { personalTeamId, userOfAddress } from '#app/account/user.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { listen, startTestIssuer } from '#tests/harness/test-issuer.ts';

const { sql } = await freshDatabase();
const issuer = await startTestIssuer();
/** What the endpoints beside discovery and keys answer, and what they were asked. */
let tokenAnswer: object = {};
let user: object = {};
const asked: { path: string; body: string; authorization: string }[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    asked.push({ path: request.url ?? '', body, authorization: request.headers.authorization ?? '' });
    const answer = request.url === '/api/v3/user' ? user : tokenAnswer;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
});
const serverUrl = await listen(server);
Object.assign(issuer.published.discovery, {
  authorization_endpoint: `${issuer.url}/authorize`,
  token_endpoint: `${serverUrl}/token`,
});
afterAll(async () => {
  server.close();
  await issuer.close();
});

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-logins-'));
const file = join(folder, 'logins.json');
const client = { 'client-id': 'sigwatch', clientSecret: 'secret' };
writeFileSync(
  file,
  JSON.stringify({
    providers: [
      { type: 'oidc', name: 'Acme', issuer: issuer.url, ...client },
      { type: 'github', name: 'GitHub', url: serverUrl, 'api-url': `${serverUrl}/api/v3`, ...client },
    ],
  }),
);
const logins = openLogins(readProviders(file), 'http://localhost:3000/sign-in/return');
const checks = { state: 's'.repeat(43), nonce: 'n'.repeat(43), verifier: 'v'.repeat(43) };
const answered = (more = '') => `code=c&state=${checks.state}${more}`;

beforeEach(() => {
  asked.length = 0;
});

describe('an OpenID provider', () => {
  async function idToken(claims: Record<string, unknown> = {}): Promise<void> {
    const id_token = await issuer.token({
      aud: 'sigwatch',
      sub: 'u1',
      nonce: checks.nonce,
      email: 'a@acme.example',
      email_verified: true,
      ...claims,
    });
    tokenAnswer = { access_token: 't', token_type: 'Bearer', id_token };
  }

  it('is asked with state, nonce and PKCE, and answers who it is', async () => {
    const url = await logins.begin('Acme', checks);
    expect(Object.fromEntries(url?.searchParams ?? [])).toMatchObject({
      client_id: 'sigwatch',
      redirect_uri: 'http://localhost:3000/sign-in/return',
      state: checks.state,
      nonce: checks.nonce,
      code_challenge_method: 'S256',
      response_type: 'code',
    });
    expect(url?.search).not.toContain(checks.verifier);
    await idToken();
    expect(await logins.finish('Acme', answered(), checks)).toEqual({
      issuer: issuer.url,
      subject: 'u1',
      shown: 'a@acme.example',
      address: 'a@acme.example',
    });
    expect(asked[0]?.body).toContain(`code_verifier=${checks.verifier}`);
  });

  it.each([
    ['another nonce', { nonce: 'other' }],
    ['no nonce', { nonce: undefined }],
    ['another audience', { aud: 'other' }],
    ['another issuer', { iss: 'https://evil.example' }],
    ['an end that has passed', { exp: Math.floor(Date.now() / 1000) - 600 }],
  ])('is not believed with %s', async (_, claims) => {
    await idToken(claims);
    await expect(logins.finish('Acme', answered(), checks)).rejects.toThrow();
  });

  it.each([
    ['an address it did not verify', { email_verified: false }, 'u1'],
    ['an address it says nothing of', { email_verified: undefined }, 'u1'],
    ['an address that is verified as a word', { email_verified: 'true' }, 'u1'],
    ['a user name like an address', { email: undefined, preferred_username: 'boss@acme.example' }, 'u1'],
    ['one with another sign for @', { email: undefined, preferred_username: 'boss＠acme.example' }, 'u1'],
    ['a plain user name', { email_verified: false, preferred_username: 'jane' }, 'jane'],
  ])('calls nobody by %s', async (_, claims, shown) => {
    await idToken(claims);
    expect(await logins.finish('Acme', answered(), checks)).toEqual({
      issuer: issuer.url,
      subject: 'u1',
      shown,
      address: undefined,
    });
  });

  it('is not asked for an answer that another browser’s login got', async () => {
    await idToken();
    for (const query of ['code=c', 'code=c&state=other', 'error=access_denied&state=' + checks.state])
      await expect(logins.finish('Acme', query, checks)).rejects.toThrow();
    expect(asked).toEqual([]);
  });
});

describe('GitHub', () => {
  it('says the number, which stays when a name changes hands', async () => {
    const url = await logins.begin('GitHub', checks);
    expect(url?.href).toContain(`${serverUrl}/login/oauth/authorize?`);
    tokenAnswer = { access_token: 'gho_x', token_type: 'bearer', scope: 'read:user' };
    user = { id: 41, login: 'jane', email: 'not-asked@example.com' };
    expect(await logins.finish('GitHub', answered(), checks)).toEqual({
      issuer: serverUrl,
      subject: '41',
      shown: 'jane',
    });
    expect(asked.at(-1)).toMatchObject({ path: '/api/v3/user', authorization: 'Bearer gho_x' });
  });

  it('is not believed when it answers otherwise', async () => {
    tokenAnswer = { error: 'bad_verification_code' };
    await expect(logins.finish('GitHub', answered(), checks)).rejects.toThrow();
    tokenAnswer = { access_token: 'gho_x', token_type: 'bearer' };
    user = { id: '41; DROP', login: 'jane' };
    await expect(logins.finish('GitHub', answered(), checks)).rejects.toThrow();
  });
});

it('one login is one person, however often it comes at once; two accounts are never joined by an address', async () => {
  const login = { issuer: issuer.url, subject: 'u2', shown: 'jane@acme.example', provider: 'Acme' };
  const users = await Promise.all(
    Array.from({ length: 20 }, () => sql.begin((transaction) => userOfLogin(transaction, login))),
  );
  expect(new Set(users).size).toBe(1);
  const other = await sql.begin((transaction) =>
    userOfLogin(transaction, { ...login, issuer: 'https://evil.example' }),
  );
  expect(other).not.toBe(users[0]);
  await expect(addLogin({ sql }, other, login)).rejects.toMatchObject({ code: 'conflict' });
  await expect(
    removeWayIn({ sql }, other, { issuer: 'https://evil.example', subject: 'u2' }),
  ).rejects.toMatchObject({ code: 'conflict' });
  expect((await sql`SELECT 1 FROM account_email`).length).toBe(0);
});

it('owns the address that its provider vouches for, as long as it does, and none that it only shows', async () => {
  const login = { issuer: issuer.url, subject: 'u3', provider: 'Acme', shown: 'ceo@acme.example' };
  const sign = (address?: string) =>
    sql.begin((transaction) => userOfLogin(transaction, { ...login, address }));
  const userId = await sign();
  const teamId = (await sql.begin((transaction) => personalTeamId(transaction, userId))) ?? '';
  const owned = { kind: 'login', value: `${issuer.url} ceo@acme.example` } as const;
  const ownership = await askOwnership(sql, {
    teamId,
    userId,
    owned,
    actor: { kind: 'user', id: userId },
  });
  const world = { sql } as unknown as OwnershipWorld;
  const isProven = async () => (await check(world, ownership, 'login')).isProven;
  expect(await isProven()).toBe(false);
  await sign('CEO@acme.example');
  expect(await isProven()).toBe(true);
  await sign();
  expect(await isProven()).toBe(false);
});

it('nobody takes another’s address for a name', async () => {
  const userId = await sql.begin((transaction) => userOfAddress(transaction, 'jane@names.example'));
  const name = (text: string) => renameUser({ sql }, userId, text);
  for (const text of ['boss@names.example', 'Jane (boss@names.example)', 'boss＠names.example'])
    await expect(name(text)).rejects.toMatchObject({ code: 'invalid' });
  for (const text of ['Jane', 'Jane @ Acme', 'Jane@names.example', '']) await name(text);
  await sql`UPDATE account_user SET name = 'boss@names.example' WHERE id = ${userId}`;
  const caller: Caller = { userId, proof: { kind: 'session', id: userId }, teams: [] } as unknown as Caller;
  expect(await shownName({ sql }, caller)).toBe('jane@names.example');
});

it.each([
  ['a provider without TLS', [{ type: 'oidc', name: 'A', issuer: 'http://idp.example', ...client }]],
  ['a secret that is missing', [{ type: 'github', name: 'A', clientId: 'x' }]],
  ['two of one name', [0, 1].map(() => ({ type: 'github', name: 'A', ...client }))],
  ['a name with markup', [{ type: 'github', name: '<b>', ...client }]],
])('a file with %s is refused at the start, in one sentence', (_, providers) => {
  const bad = join(folder, 'bad.json');
  writeFileSync(bad, JSON.stringify({ providers }));
  expect(() => readProviders(bad)).toThrow(/^LOGIN_PROVIDERS_FILE: /);
});
