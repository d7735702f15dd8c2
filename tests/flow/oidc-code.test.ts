import { beforeAll, expect, it } from 'vitest';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { recordStore } from '#ca/oidc/provider/record-store.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import {
  askCode,
  askToken,
  attempt,
  callbackOf,
  exchange,
  forgetKeys,
  newestCode,
  pageOf,
  signIn,
  startIssuer,
  typeCode,
  type IssuerServer,
} from './oidc-issuer.ts';

let database: TestDatabase;
let server: IssuerServer;

beforeAll(async () => {
  database = await freshDatabase();
  server = await startIssuer(database.sql, { demoMailbox: true });
  return async () => {
    await server.close();
    forgetKeys(server);
  };
});

const email = 'dev@example.org';

async function verified(token: string | undefined) {
  const keys = createRemoteJWKSet(new URL(`${server.origin}/oidc/jwks`));
  return jwtVerify(token ?? '', keys, { issuer: server.issuer, audience: 'sigstore', algorithms: ['RS256'] });
}

it('discovery says what sigstore clients look for', async () => {
  const answer = await fetch(`${server.origin}/oidc/.well-known/openid-configuration`);
  expect(answer.status).toBe(200);
  const document = (await answer.json()) as Record<string, unknown>;
  expect(document).toMatchObject({
    issuer: server.issuer,
    authorization_endpoint: `${server.issuer}/auth`,
    token_endpoint: `${server.issuer}/token`,
    jwks_uri: `${server.issuer}/jwks`,
    device_authorization_endpoint: `${server.issuer}/device/auth`,
    code_challenge_methods_supported: ['S256'],
    id_token_signing_alg_values_supported: ['RS256'],
  });
});

it('no link comes from Host or X-Forwarded-*', async () => {
  const headers = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    forwarded: 'host=evil.example',
  };
  const answer = await fetch(`http://127.0.0.1:${server.port}/oidc/.well-known/openid-configuration`, {
    headers,
  });
  const text = await answer.text();
  expect(text).not.toContain('evil.example');
  expect(text).not.toContain('127.0.0.1');
});

it('a typed code yields an ID token that says the address, and the access token says the same', async () => {
  const tried = attempt(server);
  const callback = await signIn(database.sql, tried, 'Dev@Example.org');
  expect(callback.get('state')).toBe('some-state');
  const { status, body } = await exchange(server, tried, callback.get('code') ?? '');
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 600 });
  expect(body).not.toHaveProperty('refresh_token');
  const { payload } = await verified(body.id_token);
  expect(payload).toMatchObject({
    email,
    email_verified: true,
    nonce: 'some-nonce',
    sub: email,
    aud: 'sigstore',
  });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);
  const access = await verified(body.access_token);
  expect(access.payload).toMatchObject({ email, email_verified: true, sub: email, aud: 'sigstore' });
  expect(decodeProtectedHeader(body.access_token ?? '').typ).toBe('JWT');
});

it('the subject of an address stays the same', async () => {
  const subjects = [];
  for (let round = 0; round < 2; round++) {
    const tried = attempt(server);
    const code = (await signIn(database.sql, tried, email)).get('code') ?? '';
    subjects.push((await verified((await exchange(server, tried, code)).body.id_token)).payload.sub);
  }
  expect(new Set(subjects).size).toBe(1);
});

it('sigstore-python: Basic with an empty secret, no client_id, no nonce, an empty client_secret in the address', async () => {
  const tried = attempt(server, { client_secret: '', redirect_uri: 'http://localhost:50021/auth/callback' });
  tried.url.searchParams.delete('nonce');
  const code = (await signIn(database.sql, tried, email)).get('code') ?? '';
  const parameters = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: tried.redirectUri,
    code_verifier: tried.verifier,
  };
  const basic = `Basic ${Buffer.from('sigstore:').toString('base64')}`;
  const { status, body } = await askToken(server, parameters, { authorization: basic });
  expect(status).toBe(200);
  expect((await verified(body.access_token)).payload['email']).toBe(email);
});

it('an empty client_secret parameter and a nonce field are passed over, a secret is not', async () => {
  const tried = attempt(server);
  const code = (await signIn(database.sql, tried, email)).get('code') ?? '';
  const parameters = {
    grant_type: 'authorization_code',
    client_id: 'sigstore',
    code,
    redirect_uri: tried.redirectUri,
    code_verifier: tried.verifier,
  };
  const basic = `Basic ${Buffer.from('sigstore:guess').toString('base64')}`;
  expect((await askToken(server, parameters, { authorization: basic })).status).toBe(401);
  const other = `Basic ${Buffer.from('other:').toString('base64')}`;
  expect((await askToken(server, parameters, { authorization: other })).status).toBe(400);
  expect((await askToken(server, { ...parameters, client_secret: '', nonce: 'n' })).status).toBe(200);
});

it.each([
  'http://localhost:1/auth/callback',
  'http://127.0.0.1:65000/auth/callback',
  'http://localhost/auth/callback',
  'http://[::1]:8080/auth/callback',
])('a native program may listen at %s', async (redirectUri) => {
  const { browser, url } = attempt(server, { redirect_uri: redirectUri });
  const page = pageOf(await browser.open(url));
  expect(page.status).toBe(200);
});

it.each([
  'https://evil.example/auth/callback',
  'http://evil.example:41234/auth/callback',
  'http://localhost.evil.example/auth/callback',
  'http://localhost:41234/other',
  'http://localhost:41234/auth/callback/../../other',
  'http://user@evil.example/auth/callback',
  'javascript:alert(1)',
  '//evil.example',
])('nobody is sent to %s', async (redirectUri) => {
  const answer = await fetch(attempt(server, { redirect_uri: redirectUri }).url, { redirect: 'manual' });
  expect(answer.status).toBe(400);
  expect(answer.headers.get('location')).toBeNull();
});

it('without PKCE, or with the plain method, there is no sign-in', async () => {
  for (const changes of [{ code_challenge: '' }, { code_challenge_method: 'plain' }]) {
    const { browser, url } = attempt(server, changes);
    if (changes.code_challenge === '') {
      url.searchParams.delete('code_challenge');
      url.searchParams.delete('code_challenge_method');
    }
    expect(callbackOf(await browser.open(url)).get('error')).toBe('invalid_request');
  }
});

it('answers go into the query alone: no page with a script posts them', async () => {
  for (const mode of ['form_post', 'fragment']) {
    const answer = await fetch(attempt(server, { response_mode: mode }).url, { redirect: 'manual' });
    expect(answer.headers.get('location') ?? '').not.toContain('/oidc/interaction/');
  }
});

it('a code is worth nothing without the verifier', async () => {
  const tried = attempt(server);
  const code = (await signIn(database.sql, tried, email)).get('code') ?? '';
  const { status, body } = await exchange(server, { ...tried, verifier: attempt(server).verifier }, code);
  expect([status, body.error]).toEqual([400, 'invalid_grant']);
});

it('of 50 simultaneous exchanges of one code exactly one succeeds', async () => {
  const tried = attempt(server);
  const code = (await signIn(database.sql, tried, email)).get('code') ?? '';
  const answers = await Promise.all(Array.from({ length: 50 }, () => exchange(server, tried, code)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(new Set(answers.filter(({ status }) => status !== 200).map(({ body }) => body.error))).toEqual(
    new Set(['invalid_grant']),
  );
});

it('of 20 simultaneous consumptions of a record exactly one succeeds', async () => {
  const records = recordStore(database.sql)('AuthorizationCode');
  await records.upsert('once', { grantId: 'grant' }, 60);
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => records.consume('once')));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await records.find('once')).toHaveProperty('consumed');
});

it('keys, sign-ins under way and codes survive a restart', async () => {
  const tried = attempt(server);
  const before = await (await fetch(`${server.origin}/oidc/jwks`)).text();
  const code = (await signIn(database.sql, tried, email)).get('code') ?? '';
  await server.close();
  server = await startIssuer(database.sql, { demoMailbox: true, after: server });
  // The first try may meet a connection that the stop closed.
  const after = await eventually(async () => (await fetch(`${server.origin}/oidc/jwks`)).text());
  expect(after).toBe(before);
  expect((await exchange(server, tried, code)).status).toBe(200);
});

it('the published keys hold no private part', async () => {
  const { keys } = (await (await fetch(`${server.origin}/oidc/jwks`)).json()) as {
    keys: Record<string, unknown>[];
  };
  expect(keys).toHaveLength(1);
  expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
});

it('out of band: the code is shown to be copied, and works', async () => {
  const tried = attempt(server, { redirect_uri: 'urn:ietf:wg:oauth:2.0:oob' });
  const page = await askCode(tried.browser, tried.url, email);
  const done = pageOf(await typeCode(tried.browser, page, await newestCode(database.sql, email)));
  const [, code = ''] = /id="authorization-code">([^<]+)</.exec(done.html) ?? [];
  expect(code.length).toBeGreaterThan(20);
  expect((await exchange(server, tried, code)).status).toBe(200);
});

it('a NUL in a parameter is refused, not an accident', async () => {
  const answer = await fetch(attempt(server, { state: 'a\0b' }).url, { redirect: 'manual' });
  expect(answer.status).toBe(400);
});
