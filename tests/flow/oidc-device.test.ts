import { createHash, randomBytes } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { Browser, formIn, type Form, type Page, type Reached } from '#lib/cli/token-browser.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import {
  askToken,
  callback,
  forgetKeys,
  newestCode,
  pageOf,
  startIssuer,
  typeCode,
  type IssuerServer,
  type TokenAnswer,
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

const email = 'device@example.org';

interface Device {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
  readonly expires_in: number;
  readonly interval: number;
  readonly error?: string;
}

async function start(parameters: Record<string, string> = {}): Promise<Device> {
  const answer = await fetch(`${server.origin}/oidc/device/auth`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'sigstore', scope: 'openid email', ...parameters }),
  });
  return (await answer.json()) as Device;
}

function poll(device: Device, parameters: Record<string, string> = {}): Promise<TokenAnswer> {
  return askToken(server, {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    client_id: 'sigstore',
    device_code: device.device_code,
    scope: 'openid email',
    ...parameters,
  });
}

const deviceForm = (page: Page): Form => formIn(page, 'device');

/** From the address the terminal shows to the page that asks whether the code is the same. */
async function confirmPage(browser: Browser, device: Device): Promise<Page> {
  const typing = pageOf(await browser.open(new URL(device.verification_uri_complete)));
  return pageOf(await browser.submit(deviceForm(typing), {}));
}

async function approve(browser: Browser, device: Device): Promise<Reached> {
  const confirm = await confirmPage(browser, device);
  const asked = pageOf(await browser.submit(deviceForm(confirm), {}));
  const sent = pageOf(await browser.submit(formIn(asked, 'address'), { email }));
  return typeCode(browser, sent, await newestCode(database.sql, email));
}

it('the reply has what a terminal shows, below the configured address', async () => {
  const device = await start();
  expect(device).toMatchObject({ expires_in: 600, interval: 5, verification_uri: `${server.issuer}/device` });
  expect(device.verification_uri_complete).toBe(`${server.issuer}/device?user_code=${device.user_code}`);
  expect(device.user_code).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
});

it('a terminal waits, gets a token once the person agreed, and only once', async () => {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const device = await start({ code_challenge: challenge, code_challenge_method: 'S256' });
  const pending = await poll(device, { code_verifier: verifier });
  expect([pending.status, pending.body.error]).toEqual([400, 'authorization_pending']);
  const browser = new Browser(server.origin, callback);
  expect(pageOf(await approve(browser, device)).html).toContain('You are signed in');
  const simultaneous = await Promise.all(
    Array.from({ length: 20 }, () => poll(device, { code_verifier: verifier })),
  );
  const granted = simultaneous.filter(({ status }) => status === 200);
  expect(granted).toHaveLength(1);
  const payload = Buffer.from(granted[0]?.body.id_token?.split('.')[1] ?? '', 'base64url').toString();
  expect(JSON.parse(payload)).toMatchObject({
    email,
    email_verified: true,
    aud: 'sigstore',
    iss: server.issuer,
  });
});

it('a device code seen on the way is worth nothing without the verifier', async () => {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const device = await start({ code_challenge: challenge, code_challenge_method: 'S256' });
  await approve(new Browser(server.origin, callback), device);
  for (const wrong of [{}, { code_verifier: 'x'.repeat(43) }])
    expect((await poll(device, wrong)).body.error).toBe('invalid_grant');
  expect((await poll(device, { code_verifier: verifier })).status).toBe(200);
});

it('a challenge that no verifier meets is refused at once', async () => {
  expect((await start({ code_challenge: 'short', code_challenge_method: 'S256' })).error).toBe(
    'invalid_request',
  );
  expect((await start({ code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' })).error).toBe(
    'invalid_request',
  );
});

it('stopping tells the terminal so', async () => {
  const device = await start();
  const browser = new Browser(server.origin, callback);
  const confirm = await confirmPage(browser, device);
  expect(confirm.html).toContain(device.user_code);
  const stopped = pageOf(await browser.submit(deviceForm(confirm), { abort: 'yes' }));
  expect(stopped.html).toContain('Nothing was shared');
  expect((await poll(device)).body.error).toBe('access_denied');
});

it('cancelling at the address page tells the terminal so', async () => {
  const device = await start();
  const browser = new Browser(server.origin, callback);
  const asked = pageOf(await browser.submit(deviceForm(await confirmPage(browser, device)), {}));
  expect(asked.html).toContain('sigstore on another device wants to know your e-mail address');
  expect(pageOf(await browser.submit(formIn(asked, 'cancel'), {})).html).toContain('Nothing was shared');
  expect((await poll(device)).body.error).toBe('access_denied');
});

it('a code nobody shows is refused beside the field, as text', async () => {
  const browser = new Browser(server.origin, callback);
  const typing = pageOf(await browser.open(new URL(`${server.origin}/oidc/device`)));
  const refused = pageOf(
    await browser.submit(deviceForm(typing), { user_code: '"><script>alert(1)</script>' }),
  );
  expect(refused.html).toContain('aria-invalid="true"');
  expect(refused.html).not.toContain('<script');
});

it('another site cannot post the form', async () => {
  const device = await start();
  const browser = new Browser(server.origin, callback);
  const form = deviceForm(await confirmPage(browser, device));
  const forged = { ...form, fields: new Map([...form.fields, ['xsrf', 'guess']]) };
  await browser.submit(forged, {});
  expect((await poll(device)).body.error).toBe('authorization_pending');
});

it('a device code ends after ten minutes', async () => {
  const device = await start();
  await database.sql`
    UPDATE ca_oidc_record SET payload = jsonb_set(payload, '{exp}', to_jsonb(1)), expires_at = now() - interval '1 s'
    WHERE model = 'DeviceCode' AND id = ${device.device_code}`;
  expect((await poll(device)).body.error).toBe('expired_token');
});
