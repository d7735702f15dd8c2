import { beforeAll, expect, it } from 'vitest';
import { loginMail } from '#ca/oidc/provider/login-mail.ts';
import { sendCode, type LoginCodes } from '#lib/server/login-code.ts';
import { Browser, formIn, type Page } from '#lib/cli/token-browser.ts';
import { parseEmailAddress } from '#lib/identity/email-address.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import {
  askCode,
  attempt,
  callback,
  callbackOf,
  exchange,
  forgetKeys,
  mailsTo,
  newestCode,
  otherCode,
  pageOf,
  signIn,
  startIssuer,
  typeCode,
  type IssuerServer,
} from './oidc-issuer.ts';

let database: TestDatabase;
let server: IssuerServer;
/** As in production: few mails, few tries. */
let strict: IssuerServer;

beforeAll(async () => {
  database = await freshDatabase();
  server = await startIssuer(database.sql, { demoMailbox: true });
  strict = await startIssuer(database.sql);
  return async () => {
    for (const each of [server, strict]) {
      await each.close();
      forgetKeys(each);
    }
  };
});

/** Addresses are limited, so every test has its own. */
let counter = 0;
const someone = () => `person${++counter}@example.org`;

async function asked(email = someone()) {
  const tried = attempt(server);
  const page = await askCode(tried.browser, tried.url, email);
  return { tried, page, email, code: await newestCode(database.sql, email) };
}

it('the mail says the code in its subject, who asks, what to do otherwise, and holds no link', async () => {
  const { email, code, page } = await asked();
  const mails = await mailsTo(database.sql, email);
  expect(mails).toHaveLength(1);
  const [mail] = mails;
  expect(mail?.subject).toBe(`Your sign-in code: ${code}`);
  for (const body of [mail?.text, mail?.html]) {
    expect(body).toContain(code);
    expect(body).toContain('sigstore on localhost');
    expect(body).toContain('If you did not ask for this');
    expect(body).not.toMatch(/https?:|href/);
  }
  const [, reference = ''] = /id="reference"[^>]*>([A-Z0-9]{4})</.exec(page.html) ?? [];
  expect(mail?.text).toContain(`Reference ${reference}`);
  expect(page.html).not.toContain(code);
});

it('the database knows no code', async () => {
  const { code } = await asked();
  const rows = await database.sql`SELECT row_to_json(c)::text AS row FROM ca_login_code c`;
  expect(rows.map(({ row }) => String(row)).join('\n')).not.toContain(code);
});

it('a code with spaces or hyphens is the same code', async () => {
  const { tried, page, code } = await asked();
  const spaced = ` ${code.slice(0, 4)} ${code.slice(4, 6)}-${code.slice(6)} `;
  expect(callbackOf(await typeCode(tried.browser, page, spaced)).has('code')).toBe(true);
});

it('after five wrong codes the right one no longer works', async () => {
  const { tried, page, code } = await asked();
  const left = [];
  for (let round = 0; round < 5; round++) {
    const refused = pageOf(await typeCode(tried.browser, page, otherCode(code)));
    expect(refused.status).toBe(400);
    left.push(/(\w+) attempts? left|No code sent/.exec(refused.html)?.[0]);
  }
  expect(left).toEqual([
    '4 attempts left',
    '3 attempts left',
    '2 attempts left',
    'One attempt left',
    'No code sent',
  ]);
  expect(pageOf(await typeCode(tried.browser, page, code)).status).toBe(400);
});

it('50 simultaneous guesses are five attempts', async () => {
  const { tried, page, code } = await asked();
  await Promise.all(Array.from({ length: 50 }, () => typeCode(tried.browser, page, otherCode(code))));
  const rows = await database.sql`SELECT attempts FROM ca_login_code ORDER BY created_at DESC LIMIT 1`;
  expect(rows[0]?.['attempts']).toBe(5);
});

it('of 50 simultaneous uses of a code exactly one signs in', async () => {
  const { tried, page, code } = await asked();
  const form = formIn(page, 'code');
  const cookie = cookieOf(tried.browser, form.action);
  const uses = await Promise.all(
    Array.from({ length: 50 }, () =>
      fetch(form.action, {
        method: 'POST',
        body: new URLSearchParams(
          [...form.fields, ['code', code]].filter(([name, value]) => name !== 'code' || value),
        ),
        headers: { cookie },
        redirect: 'manual',
      }),
    ),
  );
  expect(uses.filter(({ status }) => status === 303)).toHaveLength(1);
  expect(uses.filter(({ status }) => status === 400)).toHaveLength(49);
});

it('a used code is used up', async () => {
  const { tried, page, code } = await asked();
  const first = callbackOf(await typeCode(tried.browser, page, code));
  expect(first.has('code')).toBe(true);
  expect(pageOf(await typeCode(tried.browser, page, code)).status).toBe(400);
});

it('a code lives ten minutes', async () => {
  const { tried, page, code, email } = await asked();
  const [row] = await database.sql`
    SELECT extract(epoch FROM expires_at - created_at)::int AS life FROM ca_login_code WHERE email = ${email}`;
  expect(row?.['life']).toBe(600);
  await database.sql`UPDATE ca_login_code SET expires_at = now() WHERE email = ${email}`;
  const refused = pageOf(await typeCode(tried.browser, page, code));
  expect([refused.status, refused.html.includes('No code sent')]).toEqual([400, true]);
});

it('a newer code replaces the older one', async () => {
  const { tried, page, code, email } = await asked();
  const again = pageOf(await tried.browser.submit(formIn(page, 'address'), { email }));
  expect(pageOf(await typeCode(tried.browser, again, code)).status).toBe(400);
  const newer = await newestCode(database.sql, email);
  expect(callbackOf(await typeCode(tried.browser, again, newer)).has('code')).toBe(true);
});

it('a code typed in another browser, or for another sign-in, is refused', async () => {
  const { page, code } = await asked();
  const stranger = new Browser(server.origin, callback);
  const refused = pageOf(await typeCode(stranger, page, code));
  expect([refused.status, refused.html.includes('has ended')]).toEqual([400, true]);
  const other = await asked();
  expect(pageOf(await typeCode(other.tried.browser, other.page, code)).status).toBe(400);
});

it.each([{ token: '' }, { token: 'x'.repeat(43) }, {}, { 'token[$ne]': '' }, { __proto__: 'x' }])(
  'a form without its own token is refused: %j',
  async (fields) => {
    const { tried, page, code } = await asked();
    const { action } = formIn(page, 'code');
    const other = formIn((await asked()).page, 'code').fields.get('token');
    for (const given of [fields, { token: other ?? '' }]) {
      const form = { action, fields: new Map(Object.entries({ ...given, code })) };
      expect(pageOf(await tried.browser.submit(form, {})).status).toBe(400);
    }
    expect(callbackOf(await typeCode(tried.browser, page, code)).has('code')).toBe(true);
  },
);

it('an address gets three mails an hour, however it is spelt, and nobody can tell', async () => {
  const spellings = ['v.ictim@example.com', 'victim@example.com', 'VICTIM+a@example.com', 'v+b@example.com'];
  const pages: Page[] = [];
  for (let round = 0; round < 10; round++) {
    const { browser, url } = attempt(strict);
    pages.push(await askCode(browser, url, spellings[round % 3] ?? ''));
  }
  const mails =
    await database.sql`SELECT recipient FROM mail_outbox WHERE recipient LIKE '%ictim%@example.com'`;
  expect(mails).toHaveLength(3);
  const shape = (page: Page) =>
    page.html
      .replaceAll(/v\.?ictim(\+a)?@example\.com|reference" class="mono">\w{4}/g, '')
      .replaceAll(/interaction\/[\w-]+|value="[\w-]{43}"/g, '');
  expect(new Set(pages.map((page) => `${page.status} ${shape(page)}`)).size).toBe(1);
  // Another mailbox is not affected.
  const { browser, url } = attempt(strict);
  await askCode(browser, url, spellings[3] ?? '');
  expect(await mailsTo(database.sql, 'v+b@example.com')).toHaveLength(1);
});

it('50 simultaneous requests for one address send three mails, and all addresses share one limit', async () => {
  const email = parseEmailAddress('flood@example.net');
  if (email === undefined) throw new Error('not an address');
  const codes: LoginCodes = {
    sql: database.sql,
    secret: new Uint8Array(32),
    limits: { perAddress: 3, overall: 1e6, windowHours: 1 },
    table: 'ca_login_code',
    compose: loginMail,
  };
  const flood = Array.from({ length: 50 }, (_, index) =>
    sendCode(codes, { interaction: `flood-${index}`, email, asker: 'sigstore on localhost' }),
  );
  await Promise.all(flood);
  expect(await mailsTo(database.sql, email.value)).toHaveLength(3);
  const none: LoginCodes = { ...codes, limits: { perAddress: 1e6, overall: 0, windowHours: 1 } };
  const other = parseEmailAddress('overall@example.net');
  if (other === undefined) throw new Error('not an address');
  await sendCode(none, { interaction: 'overall', email: other, asker: 'sigstore on localhost' });
  expect(await mailsTo(database.sql, other.value)).toHaveLength(0);
});

it.each([
  '',
  'nobody',
  'a@b@c.example',
  '"a b"@example.org',
  'a@[127.0.0.1]',
  'a\r\nBcc: x@example.org',
  'ｕ＠example.org',
  '<script>alert(1)</script>@example.org',
  `${'a'.repeat(300)}@example.org`,
])('%j is refused beside the field, and nothing is mailed', async (email) => {
  const count = async () =>
    (await database.sql`SELECT count(*)::int AS n FROM mail_outbox`)[0]?.['n'] as number;
  const before = await count();
  const { browser, url } = attempt(server);
  const refused = pageOf(await browser.submit(formIn(pageOf(await browser.open(url)), 'address'), { email }));
  expect(refused.status).toBe(400);
  expect(refused.html).toMatch(/aria-invalid="true" aria-describedby="error hint"/);
  expect(refused.html).not.toContain('<script');
  expect(await count()).toBe(before);
});

it('pages run no script, are framed by nobody, and say who asks and what becomes public', async () => {
  const { url } = attempt(server, { login_hint: '"><script>alert(1)</script>' });
  const redirect = await fetch(url, { redirect: 'manual' });
  const cookie = redirect.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const page = await fetch(new URL(redirect.headers.get('location') ?? '', url), { headers: { cookie } });
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; font-src 'self'; form-action 'self' http:\/\/localhost:41234; base-uri 'none'; frame-ancestors 'none'$/,
  );
  expect(page.headers.get('cache-control')).toBe('no-store');
  const text = await page.text();
  expect(text).not.toContain('<script');
  expect(text).toContain('sigstore on localhost wants to know your e-mail address');
  expect(text).toContain('Public for ever.');
  const cookies = redirect.headers.getSetCookie().filter((line) => /sigwatch_oidc/.test(line));
  expect(cookies.length).toBeGreaterThan(0);
  for (const line of cookies) expect(line).toMatch(/httponly/i);
  for (const line of cookies) expect(line).toMatch(/samesite=lax/i);
});

it('where the service is https, cookies are secure, though TLS ends elsewhere', async () => {
  const behind = await startIssuer(database.sql, { publicUrl: 'https://ca.example.org' });
  const { url } = attempt(behind);
  const redirect = await fetch(url, { redirect: 'manual' });
  const cookies = redirect.headers
    .getSetCookie()
    .filter((line) => /^sigwatch_oidc_(interaction|resume)/.test(line));
  expect(cookies.length).toBeGreaterThan(0);
  for (const line of cookies) expect(line).toMatch(/; secure/i);
  await behind.close();
  forgetKeys(behind);
});

it('who is signed in agrees with one press, without a mail, or takes another address', async () => {
  const email = someone();
  const first = attempt(server);
  await signIn(database.sql, first, email);
  const second = attempt(server);
  const consent = pageOf(await first.browser.open(second.url));
  expect(consent.html).toContain(`You are signed in as <bdi>${email}</bdi>`);
  const agreed = callbackOf(await first.browser.submit(formIn(consent, 'consent'), {}));
  const { body } = await exchange(server, second, agreed.get('code') ?? '');
  expect(emailIn(body.id_token)).toBe(email);
  expect(await mailsTo(database.sql, email)).toHaveLength(1);

  const third = attempt(server);
  const other = someone();
  const again = pageOf(await first.browser.open(third.url));
  const address = pageOf(await first.browser.open(new URL(`${again.url.pathname}?step=address`, again.url)));
  const sent = pageOf(await first.browser.submit(formIn(address, 'address'), { email: other }));
  const changed = callbackOf(await typeCode(first.browser, sent, await newestCode(database.sql, other)));
  expect(emailIn((await exchange(server, third, changed.get('code') ?? '')).body.id_token)).toBe(other);

  const fourth = pageOf(await first.browser.open(attempt(server).url));
  expect(fourth.html).toContain(`You are signed in as <bdi>${other}</bdi>`);
});

it('nobody is signed in by agreeing in a browser that is not', async () => {
  const { browser, url } = attempt(server);
  const page = pageOf(await browser.open(url));
  const { fields, action } = formIn(page, 'address');
  const consent = { fields, action: new URL(action.pathname.replace(/address$/, 'consent'), action) };
  expect(pageOf(await browser.submit(consent, {})).html).toContain('Send me a code');
});

it('a code that was not mailed is never right, and answers like a wrong one', async () => {
  const { tried, page, code, email } = await asked();
  await database.sql`UPDATE ca_login_code SET mailed = false WHERE email = ${email}`;
  expect(pageOf(await typeCode(tried.browser, page, code)).html).toContain(
    'That is not the code. 4 attempts left.',
  );
});

it('the cookie of one sign-in opens no other', async () => {
  const [mine, other] = [await asked(), await asked()];
  const cookie = cookieOf(mine.tried.browser, mine.page.url);
  expect((await fetch(mine.page.url, { headers: { cookie } })).status).toBe(200);
  expect((await fetch(other.page.url, { headers: { cookie } })).status).toBe(400);
});

it('who tries too often from one place waits', async () => {
  const page = pageOf(await attempt(strict).browser.open(attempt(strict).url));
  expect(page.status).toBe(200);
  const tries = Array.from({ length: 130 }, () => fetch(attempt(strict).url, { redirect: 'manual' }));
  const statuses = new Set((await Promise.all(tries)).map(({ status }) => status));
  expect(statuses).toEqual(new Set([303, 429]));
  expect((await fetch(`${strict.origin}/oidc/.well-known/openid-configuration`)).status).toBe(200);
});

it('cancelling tells the program so', async () => {
  const { browser, url } = attempt(server);
  const page = pageOf(await browser.open(url));
  const answer = callbackOf(await browser.submit(formIn(page, 'cancel'), {}));
  expect([answer.get('error'), answer.get('state')]).toEqual(['access_denied', 'some-state']);
});

it('GET and HEAD of every page change nothing', async () => {
  const { tried, page, code } = await asked();
  const device = await fetch(`${server.origin}/oidc/device/auth`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'sigstore', scope: 'openid email' }),
  });
  const { verification_uri_complete: complete } = (await device.json()) as {
    verification_uri_complete: string;
  };
  const before = await everything();
  const interaction = page.url.href;
  const cookie = cookieOf(tried.browser, page.url);
  const pages = [
    interaction,
    `${interaction}?step=address`,
    ...['address', 'code', 'consent', 'cancel'].map((step) => `${interaction}/${step}`),
    `${interaction}/code?token=x&code=${code}`,
    complete,
    `${complete}&confirm=yes`,
    ...[
      'jwks',
      'token',
      'device/auth',
      '.well-known/openid-configuration',
      'typeface/sans.woff2',
      'session/end',
    ].map((path) => `${server.issuer}/${path}`),
  ];
  for (const url of pages)
    for (const method of ['GET', 'HEAD'])
      for (const headers of [{ cookie }, {}]) await fetch(url, { method, headers, redirect: 'manual' });
  expect(await everything()).toEqual(before);
  expect(callbackOf(await typeCode(tried.browser, page, code)).has('code')).toBe(true);
});

/** All rows but sessions: the library opens an empty one for whoever looks at the page for device codes. */
async function everything(): Promise<unknown[]> {
  const { sql } = database;
  return [
    await sql`SELECT * FROM ca_login_code ORDER BY id`,
    await sql`SELECT * FROM mail_outbox ORDER BY id`,
    await sql`SELECT * FROM ca_oidc_record WHERE model <> 'Session' ORDER BY model, id`,
    await sql`SELECT * FROM ca_oidc_record WHERE payload ? 'accountId' ORDER BY model, id`,
  ].map((rows) => [...rows]);
}

function cookieOf(browser: Browser, url: URL): string {
  return browser.cookiesFor(url.pathname);
}

function emailIn(idToken: string | undefined): unknown {
  const payload = Buffer.from(idToken?.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(payload) as { email?: unknown }).email;
}
