/**
 * Tokens (A of the catalogue of bad inputs) and issuers that must not buy a certificate: each is answered with its status
 * and reason, nothing of it reaches the log, and nobody who was not configured is asked anything.
 */
import { createHmac, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromPem } from '#lib/encoding/pem.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import { subjectAltNames } from '#lib/x509/extensions.ts';
import { readFulcioClaims } from '#lib/x509/fulcio-oids.ts';
import {
  ada,
  email,
  keys,
  postRequest,
  startAskedCa,
  type AskedCa,
  type Refusal,
} from '#tests/harness/asked-ca.ts';
import { startTestCa } from '#tests/harness/test-ca.ts';
import { close, listen, startTestIssuer, type TestIssuer } from '#tests/harness/test-issuer.ts';
import { workflowClaims } from '#tests/harness/workflow-claims.ts';

let bench: AskedCa;
beforeAll(async () => {
  bench = await startAskedCa();
  const { publicKey } = await generateKeyPair('ES256');
  const secret = Buffer.from('secret').toString('base64url');
  bench.issuer.published.keys.push(
    { ...(await exportJWK(publicKey)), kid: 'curve', use: 'sig' },
    { kty: 'oct', k: secret, kid: 'secret', alg: 'HS256' },
  );
});
afterAll(() => bench.close());

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = (): number => Math.floor(Date.now() / 1000);
const claims = (more: object = {}): object => ({
  iss: bench.issuer.url,
  aud: 'sigstore',
  sub: 's',
  exp: now() + 300,
  ...ada,
  ...more,
});

function hmac(header: object, secret: string): string {
  const signed = `${part(header)}.${part(claims())}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

async function strangersToken(header: object): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256');
  return new SignJWT(claims() as Record<string, unknown>)
    .setProtectedHeader({ alg: 'RS256', ...header })
    .sign(privateKey);
}

describe('A: a token', () => {
  const tokens: [string, string, () => Promise<string> | string][] = [
    ['A1 none', 'TOKEN_MISSING', () => ''],
    ['A2 alg none', 'ALGORITHM_REFUSED', () => `${part({ alg: 'none' })}.${part(claims())}.`],
    [
      'A4 HMAC with the public key',
      'ALGORITHM_REFUSED',
      async () => hmac({ alg: 'HS256', kid: 'one' }, JSON.stringify(bench.issuer.publicJwk)),
    ],
    [
      'A5 HMAC with a published secret',
      'ALGORITHM_REFUSED',
      () => hmac({ alg: 'HS256', kid: 'secret' }, 'secret'),
    ],
    ['A6 RS256 with a key on a curve', 'SIGNING_KEY_NOT_FOUND', () => strangersToken({ kid: 'curve' })],
    [
      'A7 ES256',
      'ALGORITHM_REFUSED',
      () => `${part({ alg: 'ES256', kid: 'one' })}.${part(claims())}.${part('x')}`,
    ],
    ['signed by a stranger', 'SIGNATURE_INVALID', () => strangersToken({ kid: 'one' })],
    ['signed by nobody known', 'SIGNING_KEY_NOT_FOUND', () => strangersToken({ kid: 'two' })],
    [
      'A9 bringing its own key',
      'SIGNATURE_INVALID',
      async () =>
        strangersToken({ kid: 'one', jwk: await exportJWK((await generateKeyPair('RS256')).publicKey) }),
    ],
    [
      'A10 pointing at keys',
      'SIGNATURE_INVALID',
      () => strangersToken({ kid: 'one', jku: `${bench.strangerUrl}/keys`, x5u: `${bench.strangerUrl}/x5u` }),
    ],
    ['A12 a key id of a path', 'SIGNING_KEY_NOT_FOUND', () => strangersToken({ kid: '../../etc/passwd' })],
    [
      'A15 an issuer with a slash more',
      'ISSUER_NOT_ACCEPTED',
      () => bench.issuer.token({ ...ada, iss: `${bench.issuer.url}/` }),
    ],
    [
      'A15 an issuer in capitals',
      'ISSUER_NOT_ACCEPTED',
      () => bench.issuer.token({ ...ada, iss: bench.issuer.url.toUpperCase() }),
    ],
    [
      'A16 an issuer hiding another',
      'ISSUER_NOT_ACCEPTED',
      () => bench.issuer.token({ ...ada, iss: `${bench.strangerUrl}?issuer=${bench.issuer.url}` }),
    ],
    [
      'A17 a wildcard filled with a host',
      'ISSUER_NOT_ACCEPTED',
      () => bench.issuer.token({ ...ada, iss: `http://${bench.strangerUrl.slice(7)}/.wildcard.test` }),
    ],
    [
      'A17 a wildcard filled with dots',
      'ISSUER_NOT_ACCEPTED',
      () => bench.issuer.token({ ...ada, iss: 'http://a.b.wildcard.test' }),
    ],
    [
      'A35 an issuer nobody knows',
      'ISSUER_NOT_ACCEPTED',
      () => bench.issuer.token({ ...ada, iss: bench.strangerUrl }),
    ],
    ['A34 a logout token', 'TOKEN_TYPE_REFUSED', () => bench.issuer.token({ ...ada, events: {} })],
    [
      'that says a thing twice',
      'TOKEN_MALFORMED',
      () => {
        const twice = JSON.stringify(claims()).replace('{', '{"email":"eve@example.com",');
        return `${part({ alg: 'RS256', kid: 'one' })}.${Buffer.from(twice).toString('base64url')}.${part('x')}`;
      },
    ],
    ['another audience', 'AUDIENCE_MISMATCH', () => bench.issuer.token({ ...ada, aud: 'somebody-else' })],
    ['no audience', 'AUDIENCE_MISMATCH', () => bench.issuer.token({ ...ada, aud: undefined })],
    ['A24 that has ended', 'TOKEN_EXPIRED', () => bench.issuer.token({ ...ada, exp: now() - 61 })],
    ['A24 that ends now', 'TOKEN_EXPIRED', () => bench.issuer.token({ ...ada, exp: now() })],
    [
      'A24 not before five minutes',
      'TOKEN_NOT_YET_VALID',
      () => bench.issuer.token({ ...ada, nbf: now() + 300 }),
    ],
    [
      'A24 issued in an hour',
      'TOKEN_NOT_YET_VALID',
      () => bench.issuer.token({ ...ada, iat: now() + 3600, exp: now() + 7200 }),
    ],
    ['A24 without an end', 'CLAIM_MISSING', () => bench.issuer.token({ ...ada, exp: undefined })],
    ['A24 with an end in words', 'CLAIM_MALFORMED', () => bench.issuer.token({ ...ada, exp: '123' })],
    ['A24 that never ends', 'CLAIM_MALFORMED', () => bench.issuer.token({ ...ada, exp: 1e308 })],
    ['A24 that ended before 1970', 'CLAIM_MALFORMED', () => bench.issuer.token({ ...ada, exp: -1 })],
    ...[false, undefined, 'false', 'true', 1].map((verified): [string, string, () => Promise<string>] => [
      `A25 email_verified ${JSON.stringify(verified)}`,
      'EMAIL_NOT_VERIFIED',
      () => bench.issuer.token({ email, email_verified: verified }),
    ]),
    ...[
      'ada\uff20example.com',
      'ad\u0430@example.com',
      'a\u00adda@example.com',
      'ada\u200d@example.com',
      'ada@example.com\r\nBcc: eve@example.com',
      'ada@example.com\0',
      'a\tda@example.com',
      'ada@eve@example.com',
      '"ada@example.com"@eve.example',
      'ada@[127.0.0.1]',
      ' ada@example.com',
      `${'a'.repeat(250)}@example.com`,
    ].map((address): [string, string, () => Promise<string>] => [
      `A26, A27 email ${JSON.stringify(address.slice(0, 40))}`,
      'CLAIM_MALFORMED',
      () => bench.issuer.token({ email: address, email_verified: true }),
    ]),
    ['without an email', 'CLAIM_MISSING', () => bench.issuer.token({ email_verified: true })],
    ['A29 an empty subject', 'CLAIM_MISSING', () => bench.issuer.token({ ...ada, sub: '' })],
    [
      'A29 a subject of ten kilobytes',
      'CLAIM_MALFORMED',
      () => bench.issuer.token({ ...ada, sub: 'x'.repeat(8000) }),
    ],
    ['A29 an object as subject', 'CLAIM_MALFORMED', () => bench.issuer.token({ ...ada, sub: { a: 1 } })],
    ['A30 a million dots', 'TOKEN_MALFORMED', () => '.'.repeat(1_000_000)],
    [
      'A31 encrypted',
      'TOKEN_MALFORMED',
      () => [part({ alg: 'dir', enc: 'A128GCM', zip: 'DEF' }), '', 'x', 'y', 'z'].join('.'),
    ],
    [
      'A32 nested ten thousand deep',
      'TOKEN_MALFORMED',
      () => `${part({ alg: 'RS256' })}.${Buffer.from('['.repeat(10_000)).toString('base64url')}.x`,
    ],
    ['A34 for a resource', 'TOKEN_TYPE_REFUSED', () => bench.issuer.token(ada, { typ: 'at+jwt' })],
    ['A34 for ending a session', 'TOKEN_TYPE_REFUSED', () => bench.issuer.token(ada, { typ: 'logout+jwt' })],
    [
      'A36 of a workflow, without its claims',
      'CLAIM_MISSING',
      () => bench.ci.token({ job_workflow_ref: 'o/r/.github/workflows/x.yml@refs/heads/main' }),
    ],
    ['not a token', 'TOKEN_MALFORMED', () => 'hello'],
    [
      'with another payload',
      'SIGNATURE_INVALID',
      async () =>
        (await bench.issuer.token(ada)).replace(
          /\.[^.]+\./,
          `.${part(claims({ email: 'eve@example.com' }))}.`,
        ),
    ],
  ];

  it.each(tokens)('%s', async (_, reason, make) => {
    await bench.expectRefusal({ token: await make() }, 400, reason);
  });

  it('A11 with a critical header nobody knows', async () => {
    const [, payload, signature] = (await bench.issuer.token(ada)).split('.');
    const header = part({ alg: 'RS256', kid: 'one', crit: ['x'], x: 1 });
    await bench.expectRefusal({ token: `${header}.${payload}.${signature}` }, 400, 'ALGORITHM_REFUSED');
  });

  it('A37 keeps what a workflow says of itself byte for byte', async () => {
    const odd = `<b>&"it's"\n</b>`;
    const token = await bench.ci.token(workflowClaims({ workflow: odd }));
    const proof = sign('sha256', Buffer.from('repo:o/r:ref:refs/heads/main'), keys.privateKey);
    const answer = await bench.ask({ token, proof });
    expect(answer.status).toBe(200);
    const body = (await answer.json()) as {
      signedCertificateEmbeddedSct: { chain: { certificates: string[] } };
    };
    const pem = body.signedCertificateEmbeddedSct.chain.certificates[0] ?? '';
    const leaf = readCertificate(fromPem(pem)?.[0]?.bytes ?? new Uint8Array());
    expect(subjectAltNames(leaf)).toEqual([
      { kind: 'uri', value: 'https://github.com/o/r/.github/workflows/x.yml@refs/heads/main' },
    ]);
    expect(readFulcioClaims(leaf)).toMatchObject({
      githubWorkflowName: odd,
      sourceRepositoryUri: 'https://github.com/o/r',
      runInvocationUri: 'https://github.com/o/r/actions/runs/7/attempts/1',
      tokenSubject: 'repo:o/r:ref:refs/heads/main',
    });
    expect(readFulcioClaims(leaf)).not.toHaveProperty('deploymentEnvironment');
  });
});

describe('A: an issuer', () => {
  const trouble: [string, (other: TestIssuer) => void][] = [
    ['A19 redirects to another host', (other) => (other.published.discovery = { redirect: true })],
    [
      'A20 has its keys on another host',
      (other) => (other.published.discovery['jwks_uri'] = `${bench.strangerUrl}/keys`),
    ],
    ['names another issuer', (other) => (other.published.discovery['issuer'] = `${other.url}/`)],
    [
      'A21 publishes ten thousand keys',
      (other) => (other.published.keys = Array.from({ length: 10_000 }, () => other.publicJwk)),
    ],
    ['A22 is down', (other) => (other.published.status = 500)],
  ];

  it.each(trouble)('that %s is unavailable, and nobody else is asked', async (_, break_) => {
    const [other, database] = [await startTestIssuer(), bench.database];
    break_(other);
    const redirecting = createServer((__, response) =>
      response.writeHead(302, { location: `${bench.strangerUrl}/.well-known/openid-configuration` }).end(),
    );
    const url = 'redirect' in other.published.discovery ? await listen(redirecting) : other.url;
    const issuers = { OIDCIssuers: { [url]: { ClientID: 'sigstore', Type: 'email' } } };
    const own = await startTestCa({ database, logUrl: bench.ct.url, issuers });
    const before = bench.strangerConnections();
    const answer = await postRequest(own.url, { token: await other.token({ ...ada, iss: url }) });
    const body = (await answer.json()) as Refusal;
    expect([answer.status, body.details[0]?.reason]).toEqual([503, 'ISSUER_UNAVAILABLE']);
    expect(bench.strangerConnections()).toBe(before);
    await Promise.all([own.close(), other.close(), redirecting.listening ? close(redirecting) : undefined]);
  });

  it('A14 with two keys of one id is judged by whichever of them signed', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const other = await startTestIssuer();
    other.published.keys.push({ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' });
    const issuers = { OIDCIssuers: { [other.url]: { ClientID: 'sigstore', Type: 'email' } } };
    const own = await startTestCa({ database: bench.database, logUrl: bench.ct.url, issuers });
    const second = new SignJWT({ ...claims(), iss: other.url } as Record<string, unknown>);
    const tokens = [
      await other.token(ada),
      await second.setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(privateKey),
      (await strangersToken({ kid: 'one' })).replace(
        /\.[^.]+\./,
        `.${part({ ...claims(), iss: other.url })}.`,
      ),
    ];
    const statuses: number[] = [];
    for (const token of tokens) statuses.push((await postRequest(own.url, { token: token })).status);
    expect(statuses).toEqual([200, 200, 400]);
    await Promise.all([own.close(), other.close()]);
  });

  it('is asked for its keys again, but not by every unknown key id', async () => {
    const [before, begun] = [bench.issuer.requests.length, performance.now()];
    for (let at = 0; at < 20; at++)
      await bench.ask({ token: await strangersToken({ kid: `unknown-${at}` }) });
    // Discovery and keys, once in each ten seconds that this took.
    const pauses = 1 + Math.floor((performance.now() - begun) / 10_000);
    expect(bench.issuer.requests.length - before).toBeLessThanOrEqual(2 * pauses);
  });
});
