/** What people come for, each from its beginning to its end: a whole instance, a real browser, everything by role and name. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFromJSON } from '@sigstore/bundle';
import protobuf from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '#tests/harness/browser.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { Instance, type MailboxMessage } from '#tests/harness/instance.ts';
import { expectPageAccessible } from './accessible.ts';

const carol = 'carol@example.com';
const artifact = randomBytes(200);
const elsewhere: string[] = [];

let instance: Instance;
let browser: Browser;

beforeAll(async () => {
  [instance, browser] = await Promise.all([Instance.create(), launchBrowser()]);
  await instance.start();
});

afterAll(async () => {
  await browser?.close();
  await instance?.remove();
});

/** Every request that a page makes to somebody who is no part of the instance is kept for the last test. */
async function newPage(options: { javaScriptEnabled?: boolean } = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: instance.web, ...options });
  const page = await context.newPage();
  const own = new Set([instance.web, instance.ca, instance.log]);
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && !own.has(origin)) elsewhere.push(request.url());
  });
  return page;
}

async function mailWith(part: string, to = carol): Promise<MailboxMessage> {
  return eventually(async () => {
    const mail = (await instance.mailbox(to)).find(({ text }) => text.includes(part));
    expect(mail).toBeDefined();
    return mail as MailboxMessage;
  }, 30_000);
}

function linkIn(mail: MailboxMessage, part: string): string {
  return (
    [...mail.text.matchAll(/https?:\/\/\S+/g)].map(([url]) => url).find((url) => url.includes(part)) ?? ''
  );
}

it('operator: a fresh instance says what to do first, and how each log stands', async () => {
  const page = await newPage({ javaScriptEnabled: false });
  await page.goto('/');
  const steps = page.getByRole('region', { name: 'Start here' }).getByRole('heading', { level: 3 });
  expect(await steps.allInnerTexts()).toEqual([
    'Watch an address',
    'Sign a file as that address',
    'See the alert',
  ]);
  await page.getByRole('navigation', { name: 'Site' }).getByRole('link', { name: 'Logs' }).click();
  expect(await page.getByText('Verified', { exact: true }).count()).toBeGreaterThanOrEqual(3);
  expect(await page.getByRole('region', { name: 'Incidents' }).innerText()).toContain('None so far');
});

it('visitor: the first answer comes without telling the name to anyone', async () => {
  const page = await newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url() + (request.postData() ?? '')));
  await page.goto('/');
  await page.getByRole('searchbox').fill('Carol@Example.com');
  await page.getByText('E-mail address', { exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: `No signatures by ${carol}` }).waitFor();
  expect(asked.filter((url) => url.includes('/api/'))).toEqual([
    expect.stringMatching(/\/api\/v1\/range\/[0-9a-f]{5}$/),
  ]);
  expect(asked.join('\n').toLowerCase()).not.toContain('carol');
  await expectPageAccessible(page, 'the first answer');
  await page.getByRole('link', { name: 'Watch this name' }).click();
  await page.getByRole('heading', { level: 1, name: `No signatures by ${carol}` }).waitFor();
});

it('visitor: a file is looked up by a digest made here', async () => {
  const page = await newPage();
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.postDataBuffer()?.toString('latin1') ?? ''));
  await page.goto('/');
  const file = { name: 'plan.bin', mimeType: 'application/octet-stream', buffer: artifact };
  await page.getByLabel('Or drop a file here').setInputFiles(file);
  await page.getByRole('heading', { level: 1, name: 'signatures of this artifact' }).waitFor();
  expect(sent.join('')).toBe('');
});

it('watcher: two steps without script, the second a press', async () => {
  const page = await newPage({ javaScriptEnabled: false });
  await page.goto(`/i/${carol}`);
  await page.getByRole('button', { name: 'Tell me if it ever happens' }).click();
  await page.goto(linkIn(await mailWith('/watch/confirm'), '/watch/confirm'));
  await page.getByRole('button', { name: /Watch|Confirm/ }).click();
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain('Watching');
});

it('signer: signs in the browser; others’ verifier accepts the bundle, and neither file nor name was sent', async () => {
  const page = await newPage();
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.postDataBuffer()?.toString('latin1') ?? ''));
  await page.goto('/sign');
  // What is chosen before the login is still chosen after it.
  const file = { name: 'secret-plan.tgz', mimeType: 'application/gzip', buffer: artifact };
  await page.getByLabel('A file on this machine').setInputFiles(file);
  await page.getByText('secret-plan.tgz, 200 bytes').waitFor();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('textbox').fill(carol);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  const share = page.getByRole('button', { name: 'Share my address' });
  await share.waitFor();
  const code = /\b(\d{4}[ -]?\d{4})\b/.exec((await mailWith('sign in')).text)?.[1] ?? '';
  await page.getByRole('textbox').fill(code);
  await share.click();
  await page.getByText(`Signed in as ${carol}`).waitFor();
  expect(new URL(page.url()).search).toBe('');
  const go = page.getByRole('button', { name: 'Sign it' });
  await page.getByText('Still chosen: secret-plan.tgz, 200 bytes').waitFor();
  // Nothing is signed before somebody agreed.
  expect(await go.isDisabled()).toBe(true);
  await page.getByRole('checkbox').check();
  await go.click();
  const link = page.getByRole('link', { name: 'Download secret-plan.tgz.sigstore.json' });
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  await expectPageAccessible(page, 'the signing desk when it is done');
  const bundle = bundleFromJSON(JSON.parse(readFileSync(await download.path(), 'utf8')));
  const root = protobuf.TrustedRoot.fromJSON(await (await fetch(`${instance.ca}/trusted_root.json`)).json());
  const thresholds = { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 };
  const verifier = new Verifier(toTrustMaterial(root), thresholds);
  const policy = {
    subjectAlternativeName: '^carol@example\\.com$',
    extensions: { issuer: `${instance.ca}/oidc` },
  };
  verifier.verify(toSignedEntity(bundle, artifact), policy);
  expect(() => verifier.verify(toSignedEntity(bundle, randomBytes(200)), policy)).toThrow();
  const bodies = sent.join('\n');
  expect(bodies.includes('secret-plan') || bodies.includes(artifact.toString('latin1'))).toBe(false);
});

it('watcher: is told within seconds, says that it was not them by a press, and is told what to do', async () => {
  const page = await newPage({ javaScriptEnabled: false });
  const mail = await mailWith('/not-mine');
  await page.goto(linkIn(mail, '/not-mine'));
  await page.getByRole('button', { name: /wasn.t me/i }).click();
  expect(await page.getByRole('main').innerText()).toMatch(/cannot be revoked/);
});

/** Through the pages, with a mailed code, to where `path` leads. */
async function signIn(page: Page, address: string, path: string): Promise<void> {
  await page.goto(path);
  await page.getByLabel('Your e-mail address').fill(address);
  await page.getByRole('button', { name: 'Mail me a code' }).click();
  const { text } = await mailWith('sign-in code', address);
  await page.getByLabel('Code').fill(/^ {4}(\d{8})$/m.exec(text)?.[1] ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
}

it('maintainer: tries a watch before it is kept, is told how to prove a domain, and shares the work with a team', async () => {
  const dana = await newPage({ javaScriptEnabled: false });
  await signIn(dana, 'dana@example.com', '/watches/new');
  await dana.getByLabel('What it is').selectOption({ label: 'A repository' });
  await dana.getByLabel('Its name').fill('https://github.com/Acme/App');
  await dana.getByRole('button', { name: 'Try it' }).click();
  await dana.getByText('0 matches ever seen').waitFor();
  await dana.getByRole('button', { name: 'Watch github.com/acme/app' }).click();
  await dana.getByRole('heading', { level: 1, name: 'What to expect of github.com/acme/app' }).waitFor();
  await dana.goto('/ownership');
  await dana.getByLabel('Its name').fill('example.com');
  await dana.getByRole('button', { name: 'Begin' }).click();
  await dana.getByText('Not proven yet').first().waitFor();
  expect(await dana.getByRole('main').innerText()).toMatch(/example\.com\. IN TXT "/);
  await dana.goto('/team');
  await dana.getByLabel('Its name').fill('Release crew');
  await dana.getByRole('button', { name: 'Make it' }).click();
  await dana.getByLabel('Invite by e-mail address').fill('erin@example.com');
  await dana.getByRole('button', { name: 'Invite' }).click();
  const erin = await newPage({ javaScriptEnabled: false });
  const link = linkIn(await mailWith('/team/join', 'erin@example.com'), '/team/join');
  await signIn(
    erin,
    'erin@example.com',
    `/sign-in?next=${encodeURIComponent(link.slice(instance.web.length))}`,
  );
  await erin.getByRole('button', { name: 'Join' }).click();
  await dana.reload();
  expect(await dana.getByRole('region', { name: 'Members' }).innerText()).toContain('erin@example.com');
  expect(await dana.getByRole('region', { name: 'What was done' }).innerText()).toContain('erin@example.com');
});

it('maintainer: what happens often is proposed as expected, and once accepted is recorded and not mailed', async () => {
  const finn = 'finn@example.com';
  const sign = async (text: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'sigwatch-often-'));
    const file = join(folder, 'release.tgz');
    writeFileSync(file, text);
    const token = (await instance.run('token', '--email', finn)).trim();
    await instance.run('sign', file, '--yes', '--identity-token', token, '--bundle', `${file}.json`);
    rmSync(folder, { recursive: true, force: true });
  };
  const page = await newPage({ javaScriptEnabled: false });
  await signIn(page, finn, `/watches/new?kind=email&value=${finn}`);
  await page.goto(`/watches/new?kind=email&value=${finn}`);
  await page.getByRole('button', { name: `Watch ${finn}` }).click();
  for (const text of ['one', 'two', 'three']) await sign(text);
  await page.goto('/alerts?state=');
  const alerts = page.getByRole('list', { name: 'Alerts' }).getByRole('listitem');
  await eventually(async () => {
    await page.reload();
    expect(await alerts.count()).toBe(3);
  }, 30_000);
  await page.goto('/watches');
  await page.getByRole('link', { name: finn }).click();
  const often = page.getByRole('region', { name: 'Seen often' });
  expect(await often.innerText()).toContain(`vouched for by ${instance.ca}/oidc`);
  await often.getByRole('button', { name: 'Expected' }).click();
  expect(await page.getByRole('region', { name: 'Expected' }).innerText()).toContain(`${instance.ca}/oidc`);
  // The third of a name in ten minutes waits for what may come with it.
  const told = async () => (await instance.mailbox(finn)).filter(({ text }) => text.includes('/alert/'));
  await eventually(async () => expect(await told()).toHaveLength(3), 30_000);
  const mails = (await instance.mailbox(finn)).length;
  await sign('four');
  await page.goto('/alerts?state=auto-expected');
  await eventually(async () => {
    await page.reload();
    expect(await alerts.count()).toBe(1);
  }, 30_000);
  // One mail more: the code of the token that signed.
  expect((await instance.mailbox(finn)).length).toBe(mails + 1);
});

it('investigator: from the name to the entry, its proof in the browser, and evidence that is checked offline', async () => {
  const page = await newPage();
  await page.goto(`/i/${carol}`);
  await page
    .getByRole('link', { name: /entry #0/ })
    .first()
    .click();
  await page.getByText('The first by this name').waitFor();
  await page.getByRole('button', { name: 'Verify in this browser' }).click();
  await page.getByText('Verified by this browser').waitFor();
  const link = page.getByRole('link', { name: 'Evidence to keep (ZIP)' });
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  const folder = mkdtempSync(join(tmpdir(), 'sigwatch-evidence-'));
  try {
    execFileSync('python3', ['-m', 'zipfile', '-e', await download.path(), folder]);
    const { logs } = (await (await fetch(`${instance.web}/api/v1/logs`)).json()) as {
      logs: { kind: string; publicKey: string }[];
    };
    const key = logs.find(({ kind }) => kind === 'rekor-v2')?.publicKey ?? '';
    const wrong = logs.find(({ kind }) => kind === 'rekor-v1')?.publicKey ?? '';
    const check = (given: string) =>
      execFileSync(process.execPath, [join(folder, 'verify.mjs'), given], { stdio: 'pipe' }).toString();
    expect(check(key)).toMatch(/^ok /);
    expect(() => check(wrong)).toThrow(/not signed by the key of the log/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('engineer: tries the API in the sandbox without a key of their own', async () => {
  const page = await newPage();
  await page.goto('/api');
  const operation = page.getByRole('region', {
    name: 'Signatures by identity, artifact or repository, newest first',
  });
  await operation.getByText('Try it in the sandbox').click();
  await operation.getByRole('button', { name: 'Ask' }).click();
  await operation.getByText('"total": 1').waitFor();
  expect(await operation.getByText('ratelimit:').count()).toBe(1);
  await expectPageAccessible(page, 'the reference with an answer');
});

it('anyone: day or night is chosen by a press, without script, and kept', async () => {
  const page = await newPage({ javaScriptEnabled: false });
  await page.goto('/logs?hours=168');
  await page.getByRole('button', { name: 'Night' }).click();
  expect(new URL(page.url()).search).toBe('?hours=168');
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  await page.goto('/%ff');
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  await page.goto('/about');
  await page.getByRole('button', { name: 'As the device' }).click();
  expect(await page.locator('html').getAttribute('data-theme')).toBeNull();
});

it('asks nobody else for anything', () => {
  expect(elsewhere).toEqual([]);
});
