/** Sign-in at the embedded issuer with an identity provider upstream, which the certificate then names. */
import { sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Browser, formIn } from '#lib/cli/token-browser.ts';
import { fromPem } from '#lib/encoding/pem.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import { subjectAltNames } from '#lib/x509/extensions.ts';
import { readFulcioClaims } from '#lib/x509/fulcio-oids.ts';
import { keys, postRequest } from '#tests/harness/asked-ca.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { startFailingCtLog, type FailingCtLog } from '#tests/harness/failing-ct-log.ts';
import { freePorts } from '#tests/harness/ports.ts';
import { startTestCa, type TestCa } from '#tests/harness/test-ca.ts';
import { close, listen } from '#tests/harness/test-issuer.ts';
import { startUpstreamIssuer, type UpstreamIssuer } from '#tests/harness/upstream-issuer.ts';
import { attempt, callbackOf, exchange, pageOf, type Attempt, type IssuerServer } from './oidc-issuer.ts';

let ct: FailingCtLog;
let upstream: UpstreamIssuer;
let github: Server;
let githubUrl: string;
let githubEmails: object[];
let ca: TestCa;
let server: IssuerServer;

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  const issuer = `http://localhost:${port}/oidc`;
  ct = await startFailingCtLog();
  upstream = await startUpstreamIssuer(`${issuer}/upstream/callback`);
  github = createServer((request, response) => {
    const token = { access_token: 'gho_token', token_type: 'bearer' };
    const isKnown = request.headers.authorization === 'Bearer gho_token';
    response.end(JSON.stringify(request.url === '/user/emails' ? (isKnown ? githubEmails : []) : token));
  });
  githubUrl = await listen(github);
  const { url, clientId, clientSecret } = upstream;
  const providers = [
    { type: 'oidc', name: 'Corp <login>', issuer: url, 'client-id': clientId, 'client-secret': clientSecret },
    {
      type: 'github',
      name: 'GitHub',
      url: githubUrl,
      'api-url': githubUrl,
      'client-id': 'x',
      'client-secret': 'y',
    },
    { type: 'oidc', name: 'Gone', issuer: 'http://127.0.0.1:9', 'client-id': 'x', 'client-secret': 'y' },
  ];
  ca = await startTestCa({
    database: await freshDatabase(),
    logUrl: ct.url,
    port,
    loginProviders: { providers },
  });
  server = { origin: ca.url, issuer, port, keyFolder: '', close: () => ca.close() };
});
afterAll(async () => {
  await ca.close();
  await Promise.all([upstream.close(), ct.close(), close(github)]);
});
beforeEach(() => {
  upstream.person = { email: 'ada@corp.example', email_verified: true };
  githubEmails = [
    { email: 'other@example.com', primary: false, verified: true },
    { email: 'Ada@example.com', primary: true, verified: true },
  ];
});

/** From the program's request to the provider that the person chose. */
async function leave(tried: Attempt, place: number): Promise<URL> {
  const page = pageOf(await tried.browser.open(tried.url));
  const link = new RegExp(`href="([^"]*/with/${place})"`).exec(page.html)?.[1] ?? '';
  const url = new URL(link, page.url);
  const headers = { cookie: tried.browser.cookiesFor(url.pathname) };
  const answer = await fetch(url, { headers, redirect: 'manual' });
  expect(answer.status).toBe(303);
  return new URL(answer.headers.get('location') ?? '');
}

async function letIn(at: URL): Promise<URL> {
  const redirectUri = `${server.issuer}/upstream/callback`;
  const back = callbackOf(await new Browser(upstream.url, redirectUri).open(at));
  return new URL(`${redirectUri}?${back.toString()}`);
}

const finish = async (tried: Attempt, back: URL) => {
  const page = pageOf(await tried.browser.open(back));
  return tried.browser.submit(formIn(page, 'returned'), {});
};

async function certificateFor(token: string, email: string) {
  const proof = sign('sha256', Buffer.from(email), keys.privateKey);
  const answer = await postRequest(ca.url, { token, proof });
  const body = (await answer.json()) as {
    signedCertificateEmbeddedSct: { chain: { certificates: string[] } };
  };
  const [pem = ''] = body.signedCertificateEmbeddedSct.chain.certificates;
  return readCertificate(fromPem(pem)?.[0]?.bytes ?? new Uint8Array());
}

it('a person of a provider gets a certificate that names the provider as who vouched', async () => {
  const tried = attempt(server);
  const code = callbackOf(await finish(tried, await letIn(await leave(tried, 0)))).get('code') ?? '';
  const { body } = await exchange(server, tried, code);
  // sigstore-python hands on the access token, everybody else the ID token.
  for (const token of [body.id_token ?? '', body.access_token ?? '']) {
    const leaf = await certificateFor(token, 'ada@corp.example');
    expect(subjectAltNames(leaf)).toEqual([{ kind: 'email', value: 'ada@corp.example' }]);
    expect(readFulcioClaims(leaf)).toEqual({
      issuerV1: upstream.url,
      issuer: upstream.url,
      tokenSubject: `ada@corp.example ${upstream.url}`,
    });
  }
});

it('a person of GitHub is who their primary address says', async () => {
  const tried = attempt(server);
  const at = await leave(tried, 1);
  expect(at.href.startsWith(`${githubUrl}/login/oauth/authorize?`)).toBe(true);
  const state = at.searchParams.get('state') ?? '';
  const back = new URL(
    `${server.issuer}/upstream/callback?${new URLSearchParams({ code: 'c', state }).toString()}`,
  );
  const code = callbackOf(await finish(tried, back)).get('code') ?? '';
  const { body } = await exchange(server, tried, code);
  const leaf = await certificateFor(body.id_token ?? '', 'ada@example.com');
  expect(readFulcioClaims(leaf).issuer).toBe(`${githubUrl}/login/oauth`);
});

it('names of providers are text', async () => {
  const page = pageOf(await attempt(server).browser.open(attempt(server).url));
  expect(page.html).toContain('Sign in with Corp &lt;login&gt;');
});

it('an address the provider has not verified is refused, with what to do about it', async () => {
  upstream.person = { email: 'ada@corp.example', email_verified: false };
  const tried = attempt(server);
  const page = pageOf(await finish(tried, await letIn(await leave(tried, 0))));
  expect([page.status, page.html]).toEqual([403, expect.stringContaining('has not verified your address')]);
  githubEmails = [{ email: 'ada@example.com', primary: true, verified: false }];
  const other = attempt(server);
  const state = (await leave(other, 1)).searchParams.get('state') ?? '';
  const back = new URL(
    `${server.issuer}/upstream/callback?${new URLSearchParams({ code: 'c', state }).toString()}`,
  );
  expect(pageOf(await finish(other, back)).status).toBe(403);
});

it('an answer is for the browser that asked, once, unchanged', async () => {
  const [tried, other] = [attempt(server), attempt(server)];
  const back = await letIn(await leave(tried, 0));
  await other.browser.open(other.url);
  expect(pageOf(await other.browser.open(back)).html).toContain('This sign-in has ended');
  const changed = new URL(back);
  changed.searchParams.set('state', `${back.searchParams.get('state')?.replace(/^./, 'x')}`);
  expect(pageOf(await tried.browser.open(changed)).html).toContain('This sign-in has ended');
  // What another begin of the same browser was answered does not fit this one: its verifier differs.
  const again = await leave(tried, 0);
  const mixed = new URL(back);
  mixed.searchParams.set('state', again.searchParams.get('state') ?? '');
  expect(pageOf(await finish(tried, mixed)).status).toBe(502);
});

it('looking at the page it comes back to changes nothing, and a provider that is gone stops nothing', async () => {
  const tried = attempt(server);
  const back = await letIn(await leave(tried, 0));
  for (let look = 0; look < 3; look++) expect(pageOf(await tried.browser.open(back)).status).toBe(200);
  expect(callbackOf(await finish(tried, back)).get('code')).toBeTruthy();
  const fresh = attempt(server);
  const page = pageOf(await fresh.browser.open(fresh.url));
  const gone = pageOf(await fresh.browser.open(new URL(`${page.url.pathname}/with/2`, page.url)));
  expect([gone.status, gone.html]).toEqual([
    502,
    expect.stringContaining('Gone does not answer as it should'),
  ]);
});
