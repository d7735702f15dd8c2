/**
 * The story this product exists for, played from outside: the real command, real HTTP, a real browser, a signing client
 * that no one here wrote.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { launchBrowser } from '#tests/harness/browser.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { Instance, type MailboxMessage, type ProcessName } from '#tests/harness/instance.ts';
import { logIndexOf, sign, verify, type SignedBundle } from '#tests/harness/signing.ts';

const email = 'dev@example.com';
const artifact = randomBytes(64);
const digest = createHash('sha256').update(artifact).digest('hex');

let instance: Instance;
let browser: Browser;
let page: Page;
let idToken: string;
let bundle: SignedBundle;
let alertMail: MailboxMessage;

beforeAll(async () => {
  instance = await Instance.create();
  browser = await launchBrowser();
  // Search, confirm and acknowledge must work without JavaScript.
  page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
});

afterAll(async () => {
  await browser?.close();
  await instance?.remove();
});

it('1: one command brings everything up and says where it is', async () => {
  await instance.start();
  for (const part of ['database', 'migrations', 'log', 'ca', 'workers', 'web'])
    expect(instance.output()).toContain(part);
  expect(instance.output()).toContain(instance.web);
  for (const url of [instance.web, instance.ca, instance.log]) {
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  }
});

it('1: a second start from the same folder is refused in one sentence, and so is a taken port', async () => {
  await expect(instance.run('start')).rejects.toThrow(/already running/);
  const other = await Instance.create({ LOG_PORT: new URL(instance.log).port });
  onTestFinished(() => other.remove());
  await expect(other.run('start')).rejects.toThrow(/Port \d+ is taken by another program: set LOG_PORT/);
});

it('2: an address without signatures gets a plain answer and can be watched, confirmed by a press', async () => {
  await page.goto(instance.web);
  await page.getByRole('searchbox').fill(email);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/i\//);
  await expect(page.getByRole('heading', { level: 1 }).textContent()).resolves.toMatch(
    /No signatures by dev@example\.com/,
  );
  expect(await page.textContent('main')).toMatch(/searched \d+ of \d+ entries/);

  await page.getByRole('button', { name: /Tell me if it ever happens/ }).click();
  const [mail] = await mailsTo(email, 1);
  const link = linkIn(mail, '/watch/confirm');
  for (const method of ['GET', 'HEAD']) expect((await fetch(link, { method })).status).toBe(200);

  await page.goto(`${instance.web}/mailbox`);
  expect(await page.textContent('main')).toContain(mail?.subject);
  await page.goto(link);
  await page.getByRole('button', { name: /Confirm|Watch/ }).click();
  expect(await page.textContent('main')).toMatch(/Watching/);
});

it('3: an unmodified client signs with a token from the real login, and its bundle verifies', async () => {
  idToken = (await instance.run('token', '--email', email)).trim();
  expect(idToken.split('.')).toHaveLength(3);
  bundle = await sign(instance, idToken, artifact);
  await verify(instance, bundle, artifact, email);
  await expect(verify(instance, bundle, randomBytes(64), email)).rejects.toThrow();
  await expect(verify(instance, bundle, artifact, 'other@example.com')).rejects.toThrow();
});

it('4: the alert mail says what, who, when, where and why, and its buttons need a press', async () => {
  alertMail = await eventually(async () => {
    const mail = (await instance.mailbox(email)).find(({ text }) => text.includes(digest));
    expect(mail).toBeDefined();
    return mail as MailboxMessage;
  });
  expect(alertMail.subject).toContain(email);
  for (const part of [digest, email, `${instance.ca}/oidc`, `${logIndexOf(bundle)}`, 'UTC']) {
    expect(alertMail.text).toContain(part);
    expect(alertMail.html).toContain(part);
  }
  expect(alertMail.headers).toMatchObject({ 'auto-submitted': 'auto-generated' });

  const notMine = linkIn(alertMail, '/not-mine');
  for (const method of ['GET', 'HEAD']) expect((await fetch(notMine, { method })).status).toBe(200);
  await page.goto(linkIn(alertMail, '/mine'));
  expect(await page.textContent('main')).not.toMatch(/You said/);

  await page.goto(notMine);
  await page.getByRole('button', { name: /wasn.t me/i }).click();
  expect(await page.textContent('main')).toMatch(/cannot be revoked/);
  await page.goto(linkIn(alertMail, '/mine'));
  expect(await page.textContent('main')).toMatch(/wasn.t/i);
});

it('5: the search, the entry and the logs pages show it, the entry with a proof that holds', async () => {
  await page.goto(`${instance.web}/i/${encodeURIComponent(email)}`);
  expect(await page.textContent('main')).toMatch(/1\s*signature by dev@example\.com/);
  await page.locator('a[href*="/e/"]').first().click();
  const entry = (await page.textContent('main')) ?? '';
  for (const part of [email, digest, `${instance.ca}/oidc`, String(logIndexOf(bundle))])
    expect(entry).toContain(part);
  expect(entry).toMatch(/Our word: proved just now/);
  expect(entry).toMatch(/gives the signed root/);

  const api = await (await fetch(`${instance.web}/api/v1/signings?identity=${email}`)).json();
  expect(api).toMatchObject({ total: 1, signings: [{ digest: { value: digest } }] });

  await page.goto(`${instance.web}/logs`);
  const logs = (await page.textContent('main')) ?? '';
  for (const part of [/verified up to/i, /checkpoint/i, /consistent/i]) expect(logs).toMatch(part);
});

it('6: any process can be killed in the middle: no acknowledged entry and no alert is lost, none is sent twice', async () => {
  const acknowledged = [{ index: logIndexOf(bundle), digest }];
  for (const name of ['log', 'ca', 'workers', 'web', 'postgres', 'supervisor'] as ProcessName[]) {
    acknowledged.push(...(await signAroundKill(name)));
  }
  expect(acknowledged.length).toBeGreaterThan(6);
  await eventually(async () => {
    const alerts = await instance.alertedDigests();
    expect([...alerts].sort()).toEqual(acknowledged.map((entry) => entry.digest).sort());
  }, 60_000);
  // Several signatures in a row are one event and one mail; each mail is there once, whatever was killed when.
  const mails = await alertMails();
  expect(mails.length).toBeGreaterThan(0);
  expect(new Set(mails.map(({ headers }) => headers['message-id'])).size).toBe(mails.length);
  for (const entry of acknowledged) {
    const answer = await fetch(`${instance.web}/api/v1/signings?digest=${entry.digest}`);
    expect(await answer.json()).toMatchObject({ signings: [{ index: entry.index }] });
  }
});

it('1: Ctrl-C stops everything and leaves no process; a second start keeps what was there', async () => {
  const before = (await signaturesOf(email)).total;
  const pids = Object.values(instance.pids());
  expect(await instance.stop()).toBe(0);
  expect(pids.filter(isAlive)).toEqual([]);
  await instance.start();
  expect((await signaturesOf(email)).total).toBe(before);
});

/** Signs before, during and after the kill; gives what was acknowledged. Failures in between are what a client sees. */
async function signAroundKill(name: ProcessName): Promise<{ index: number; digest: string }[]> {
  const acknowledged: { index: number; digest: string }[] = [];
  const attempt = async () => {
    const data = randomBytes(32);
    const signed = await sign(instance, idToken, data);
    acknowledged.push({ index: logIndexOf(signed), digest: createHash('sha256').update(data).digest('hex') });
  };
  const underWay = Array.from({ length: 8 }, () => attempt().catch(() => undefined));
  instance.kill(name);
  await Promise.all(underWay);
  if (name === 'supervisor') {
    await eventually(
      () => expect(Object.values(instance.pids()).filter(isAlive).length).toBeLessThanOrEqual(1),
      30_000,
    );
    await instance.start();
  }
  await eventually(attempt, 60_000);
  return acknowledged;
}

async function alertMails(): Promise<MailboxMessage[]> {
  return (await instance.mailbox(email)).filter(({ text }) => text.includes('/not-mine'));
}

async function mailsTo(address: string, atLeast: number): Promise<MailboxMessage[]> {
  return eventually(async () => {
    const mails = await instance.mailbox(address);
    expect(mails.length).toBeGreaterThanOrEqual(atLeast);
    return mails;
  });
}

async function signaturesOf(identity: string): Promise<{ total: number }> {
  const answer = await fetch(`${instance.web}/api/v1/signings?identity=${encodeURIComponent(identity)}`);
  return (await answer.json()) as { total: number };
}

/** The link as a mail reader would show it, from the text part. */
function linkIn(mail: MailboxMessage | undefined, part: string): string {
  const link = [...(mail?.text ?? '').matchAll(/https?:\/\/\S+/g)]
    .map(([url]) => url)
    .find((url) => url.includes(part));
  if (link === undefined) throw new Error(`no link with ${part} in: ${mail?.text}`);
  return link;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
