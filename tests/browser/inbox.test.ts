/** The pages of people who watch: inbox, watches, settings, announcements, freezes. Everything by forms, without script. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '#lib/server/config.ts';
import { channelAnswerToken } from '#lib/server/mail/channel-token.ts';
import { openSealing } from '#lib/server/sealing.ts';
import { insertAlertsWithMail } from '#workers/alert/insert-alerts.ts';
import { launchBrowser } from '#tests/harness/browser.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { confirmedWatch } from '#tests/harness/monitor.ts';
import { signatureFacts, type FactsChange } from '#tests/harness/signature-facts.ts';
import { signedInPage } from './signed-in.ts';
import { startWeb } from './web.ts';

const hostile = '<b>x</b>\u202Eevil';
const dataDir = mkdtempSync(join(tmpdir(), 'sigwatch-inbox-'));
const { sql, url } = await freshDatabase();
const web = await startWeb(url, { DATA_DIR: dataDir });
const browser = await launchBrowser();
const failing = randomUUID();
let watchId: string;
let page: Page;
afterAll(async () => {
  await browser.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const signedIn = (address: string, options: BrowserContextOptions = {}): Promise<Page> =>
  signedInPage({ sql, browser, url: web.url }, address, options);

async function alert(index: number, change: FactsChange = {}): Promise<void> {
  const facts = signatureFacts({
    identity: 'github.com/acme/app',
    identityKind: 'repository',
    index: String(index),
    issuer: 'https://token.actions.githubusercontent.com',
    digest: 'ab'.repeat(32),
    digestAlgorithm: 'SHA2_256',
    claims: { sourceRepositoryRef: hostile },
    source: 'github.com/acme/app',
    firstForIssuer: true,
    firstForSource: true,
    ...change,
  });
  await sql.begin((transaction) =>
    insertAlertsWithMail(transaction, [{ watchId, email: 'jane@example.com', facts }]),
  );
}

beforeAll(async () => {
  watchId = await confirmedWatch({ sql, url }, 'github.com/acme/app', 'jane@example.com', 'repository');
  page = await signedIn('jane@example.com');
  await alert(1);
  await alert(2, { issuer: 'https://other.example' });
  await alert(3, { issuer: 'https://third.example' });
});

const heading = () => page.locator('h1').innerText();

it('leads a stranger to sign in, and back', async () => {
  const stranger = await (await browser.newContext({ baseURL: web.url })).newPage();
  for (const path of ['/alerts', '/watches', '/watches/new', '/intents', '/freezes']) {
    await stranger.goto(path);
    expect(new URL(stranger.url()).pathname, path).toBe('/sign-in');
  }
});

it('lists what needs an answer, answers several at once, and takes it back', async () => {
  await page.goto('/alerts');
  expect(await heading()).toBe('Needs you: 3 events');
  const ticks = page.getByRole('checkbox');
  await ticks.nth(0).check();
  await ticks.nth(1).check();
  await page.getByLabel('Why, if you want to say').fill('release day');
  await page.getByRole('button', { name: 'These were me' }).click();
  expect(await heading()).toBe('Needs you: 1 event');
  expect(await page.getByRole('status').first().innerText()).toBe('2 alerts answered: This was me.');
  await page.getByRole('button', { name: 'Take it back' }).click();
  expect(await heading()).toBe('Needs you: 3 events');
  for (const at of [0, 1]) await page.getByRole('checkbox').nth(at).check();
  await page.getByRole('button', { name: 'These were me' }).click();
  await page.getByRole('link', { name: 'All', exact: true }).click();
  expect(await page.getByText('This was me', { exact: true }).count()).toBe(2);
  await page.getByRole('checkbox').nth(0).check();
  await page.getByRole('button', { name: 'Take the answer back' }).click();
  await page.goto('/alerts');
  expect(await heading()).toBe('Needs you: 2 events');
});

it('takes "this was me" for all of a release that is told of, and for nothing beside it', async () => {
  const claims = { sourceRepositoryRef: 'refs/tags/v7', sourceRepositoryDigest: '7'.repeat(40) };
  const day = (at: number) => ({
    certificate: {
      notBefore: new Date(Date.now() - at * 86_400_000).toISOString(),
      notAfter: new Date().toISOString(),
      serial: String(at),
    },
  });
  await alert(71, { claims, ...day(1) });
  await alert(72, { claims, ...day(2), digest: 'cd'.repeat(32) });
  await alert(73, { claims: { ...claims, sourceRepositoryDigest: '8'.repeat(40) }, ...day(3) });
  await alert(74, { claims: { ...claims, sourceRepositoryRef: 'refs/tags/v8' }, ...day(4) });
  await alert(75, { claims, ...day(5), issuer: 'https://fourth.example' });
  const [{ id } = { id: '' }] = await sql<
    { id: string }[]
  >`SELECT id FROM alert_alert WHERE entry_index = 71`;
  await page.goto(`/alerts/${id}`);
  await page.getByText('It was me, and so is more than this one').click();
  await page.getByRole('button', { name: 'All of this release' }).click();
  expect(await page.locator('main').innerText()).toMatch(/refs\/tags\/v7, commit 777777777777…/);
  const answered = await sql<{ index: number }[]>`
    SELECT entry_index::int AS index FROM alert_alert WHERE entry_index > 70
      AND id IN (SELECT alert_id FROM account_answer WHERE answer = 'mine' AND undone_at IS NULL) ORDER BY 1`;
  expect(answered.map(({ index }) => index)).toEqual([71, 72]);
  await sql`
    INSERT INTO account_answer (alert_id, answer, by, via)
    SELECT id, 'resolved', 'test', 'account' FROM alert_alert WHERE entry_index > 72`;
});

it('says of each watch how it stands, whether its channels work, and first what needs somebody', async () => {
  await page.goto('/watches');
  expect(await heading()).toBe('Needs you: 2 events');
  const row = page.getByRole('main').getByRole('listitem').filter({ hasText: 'github.com/acme/app' });
  expect(await row.innerText()).toMatch(/Needs you[^]*Told by mail/);
  await sql`
    INSERT INTO account_channel (id, watch_id, kind, url, secret, private_key, enabled_at)
    VALUES (${failing}, ${watchId}, 'webhook', '', '', '', now() - interval '1 hour')`;
  await sql`
    INSERT INTO alert_delivery (id, channel_id, kind, webhook_id, state, done_at)
    VALUES (${randomUUID()}, ${failing}, 'test', 'msg_1', 'failed', now())`;
  await page.reload();
  expect(await row.innerText()).toMatch(/Told by mail and 1 channel,\s+which fails/);
  await sql`DELETE FROM alert_delivery WHERE channel_id = ${failing}`;
  await sql`DELETE FROM account_channel WHERE id = ${failing}`;
  await confirmedWatch({ sql, url }, 'quiet@example.com', 'quiet@example.com');
  const quiet = await signedIn('quiet@example.com');
  await quiet.goto('/watches');
  expect(await quiet.locator('h1').innerText()).toMatch(/^All quiet since \d+ \w+ \d{4}/);
  expect(await quiet.getByRole('main').getByRole('listitem').first().innerText()).toContain('Nothing seen');
});

it('does not scroll sideways on a phone, however long an address is', async () => {
  const reader = await signedIn('jane@example.com', { viewport: { width: 390, height: 844 } });
  const [row] = await sql<{ id: string }[]>`SELECT id FROM alert_alert ORDER BY entry_index LIMIT 1`;
  const words =
    'The first by https://github.com/acme/app/.github/workflows/release-of-everything.yml@refs/heads/main.';
  await sql`UPDATE alert_alert SET reasons = jsonb_set(reasons::jsonb, '{0,words}', to_jsonb(${words}::text))`;
  for (const path of ['/alerts', '/alerts?state=', `/alerts/${row?.id}`, '/watches']) {
    await reader.goto(path);
    expect.soft(await reader.evaluate(() => document.documentElement.scrollWidth), path).toBe(390);
  }
});

it('is worked through by keyboard, and says what each key did', async () => {
  const reader = await signedIn('jane@example.com', { javaScriptEnabled: true });
  await reader.goto('/alerts');
  const said = (words: string) => reader.getByRole('status').filter({ hasText: words }).waitFor();
  const heads = (words: string) => reader.getByRole('heading', { level: 1, name: words }).waitFor();
  const focused = () => reader.evaluate(() => document.activeElement?.closest('.inbox-row')?.textContent);
  const press = async (...keys: string[]) => {
    for (const key of keys) await reader.keyboard.press(key);
  };
  await press('j');
  const first = await focused();
  await press('j');
  expect(await focused()).not.toBe(first);
  await press('k');
  expect(await focused()).toBe(first);
  await press('e');
  await said('1 alert: seen, being looked into');
  await heads('Needs you: 1 event');
  expect(await focused()).toBeTruthy();
  await press('u');
  await heads('Needs you: 2 events');
  await press('a');
  await said('Ticked: 2 in all.');
  await reader.getByRole('button', { name: 'Tick all' }).click();
  await said('Ticked: 0 in all.');
  await press('k', 'x', 'j', 'x');
  await said('Ticked: 2 in all.');
  await press('m');
  await said('2 alerts: this was me. Press u to take it back.');
  await heads('All quiet since');
  // Nothing left to answer: no form for it, and the way back for who has no keys.
  await reader.getByText('Nothing waits for an answer.').waitFor();
  expect(await reader.getByRole('button', { name: 'These were me' }).count()).toBe(0);
  expect(await reader.getByRole('button', { name: 'Take it back' }).isVisible()).toBe(true);
  await press('u');
  await heads('Needs you: 2 events');
  await press('?');
  await reader.getByLabel('Keys are on').uncheck();
  await press('k', 'e');
  await heads('Needs you: 2 events');
  await reader.getByLabel('Keys are on').check();
  await press('j', 'n');
  await reader.waitForURL(/\/alerts\/[0-9a-f-]{36}$/);
  await reader.context().close();
});

it('keeps a view under a name', async () => {
  await page.goto('/alerts?state=open&verdict=unexpected');
  await page.getByText('Keep this view').click();
  await page.getByLabel('Call it').fill('Grave ones');
  await page.getByRole('button', { name: 'Keep' }).click();
  expect(await page.getByRole('link', { name: 'Grave ones' }).getAttribute('aria-current')).toBe('page');
});

it('shows one alert, and after “This wasn’t me” what to do, in order', async () => {
  await page.goto('/alerts');
  await page.locator('.inbox-row a').first().click();
  expect(await page.locator('main').innerText()).toContain(String.raw`\u{202e}`);
  await page.getByRole('button', { name: 'This wasn’t me' }).click();
  const steps = await page.locator('.steps h3').allInnerTexts();
  expect(steps.slice(0, 3)).toEqual(['Contain', 'Preserve, before you rotate', 'Rotate']);
  expect(await page.locator('pre').textContent()).toContain('ab'.repeat(32));
  await page.getByRole('link', { name: 'Freeze issuance for this name' }).click();
  expect(await page.getByLabel('E-mail address, repository or URI').inputValue()).toBe('github.com/acme/app');
  await page.getByRole('button', { name: 'Freeze it' }).click();
  // Not a page of its own: the sentence at the field, with the name kept and the proof one press away.
  expect(await page.getByLabel('E-mail address, repository or URI').inputValue()).toBe('github.com/acme/app');
  expect(await page.getByRole('alert').innerText()).toContain('not proved that this name is yours');
  await page.getByRole('link', { name: 'Prove github.com/acme/app' }).click();
  expect(await page.getByLabel('Its name').inputValue()).toBe('github.com/acme/app');
  expect(await page.getByLabel('What it is').inputValue()).toBe('repository');
  await page.getByRole('button', { name: 'Begin' }).click();
  expect(await heading()).toBe('github.com/acme/app');
  const giveUp = page.getByRole('button', { name: 'Do not prove this name' });
  expect(await giveUp.count()).toBe(1);
  await sql`UPDATE account_ownership SET method = 'file', proven_at = now() WHERE value = 'github.com/acme/app'`;
  await page.reload();
  await page.getByRole('link', { name: 'Freeze issuance for this name' }).click();
  expect(await page.getByRole('alert').count()).toBe(0);
  await sql`DELETE FROM account_ownership WHERE value = 'github.com/acme/app'`;
});

it('tries a watch over the past before it keeps it', async () => {
  await page.goto('/watches/new?kind=organisation&value=github.com/acme');
  expect(await page.locator('main').innerText()).toContain('0 matches ever seen');
  await page.getByRole('button', { name: /^Watch/ }).click();
  expect(await heading()).toContain('github.com/acme');
  await page.goto('/watches/new?kind=domain&value=example.com');
  expect(await page.locator('main').innerText()).toContain('whoever proved to own it');
  expect(await page.getByRole('button', { name: /^Watch/ }).count()).toBe(0);
  await page.goto('/watches/new?kind=uri-pattern&value=**');
  expect(await page.getByRole('alert').innerText()).toContain('Nothing can be watched by that');
});

it('sets when it tells, and a rule by hand that was tried first', async () => {
  await page.goto(`/watch/settings?watch=${watchId}`);
  await page.getByLabel('Quiet from').fill('22');
  await page.getByLabel('until').fill('7');
  await page.getByLabel('in', { exact: true }).fill('Europe/Berlin');
  await page.getByRole('button', { name: 'Keep' }).click();
  const [row] =
    await sql`SELECT quiet_from, quiet_until, quiet_zone, digest FROM account_watch WHERE id = ${watchId}`;
  expect(row).toEqual({ quiet_from: 22, quiet_until: 7, quiet_zone: 'Europe/Berlin', digest: true });
  await page.getByText('Write one').click();
  await page.getByLabel('Vouched for by').fill('https://other.example');
  await page.getByLabel('Repository; empty for a person').fill('github.com/acme/app');
  await page.getByRole('button', { name: 'Try it over the past' }).click();
  expect(await page.locator('main').innerText()).toContain('It would have hidden 1 alert of 8.');
  await page.getByRole('button', { name: /^Expect this/ }).click();
  const rules = await sql`SELECT owner FROM account_rule WHERE watch_id = ${watchId} AND ended_at IS NULL`;
  expect(rules).toHaveLength(1);
  await page.getByRole('link', { name: 'Change it' }).click();
  expect(await page.getByLabel('Vouched for by').inputValue()).toBe('https://other.example');
});

it('announces and takes back', async () => {
  await page.goto('/intents');
  await page.getByLabel('Repository, or who signs').fill('github.com/acme/app');
  await page.getByLabel('For how many hours').fill('2');
  await page.getByRole('button', { name: 'Announce' }).click();
  await page.getByRole('button', { name: 'Take it back' }).click();
  expect(await page.locator('main').innerText()).toContain('Taken back');
});

it('asks a second address before anything goes there, and tests every way', async () => {
  await page.goto(`/watch/settings?watch=${watchId}`);
  await page.getByLabel('What it is').selectOption('mail');
  await page.getByLabel('Its address').fill('colleague@example.net');
  await page.getByRole('button', { name: 'Add it' }).click();
  expect(await page.locator('main').innerText()).toContain('Waiting: a mail asked its reader to confirm');
  const [mail] = await sql<{ text: string }[]>`
    SELECT message->>'text' AS text FROM mail_outbox WHERE recipient = 'colleague@example.net'`;
  const link = /http\S+\/watch\/second\S+/.exec(mail?.text ?? '')?.[0] ?? '';
  const reader = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  const path = new URL(link);
  await reader.goto(web.url + path.pathname + path.search);
  await reader.getByRole('button', { name: 'Confirm' }).click();
  expect(await reader.locator('h1').innerText()).toContain('This is the second address');
  const channelId = path.searchParams.get('channel') ?? '';
  const [{ id: alertId } = { id: '' }] = await sql<{ id: string }[]>`
    SELECT id FROM alert_alert WHERE watch_id = ${watchId} LIMIT 1`;
  const sealing = openSealing(readConfig({ NODE_ENV: 'test', DATA_DIR: dataDir }));
  const held = channelAnswerToken(sealing, channelId, alertId);
  await reader.goto(`${web.url}/alert/${alertId}?token=${held}`);
  expect(await reader.locator('main').innerText()).toContain('Vouched for by');
  expect(await reader.locator('main').innerHTML()).not.toContain('/watch/settings');
  await page.getByRole('button', { name: 'Send a test alert' }).click();
  const tests = await sql`SELECT kind FROM alert_delivery WHERE kind = 'test'`;
  expect(tests).toHaveLength(1);
  expect(await sql`SELECT 1 FROM mail_outbox WHERE message ? 'test'`).toHaveLength(1);
});

it('shows a freeze to those who watch the name, and to no stranger', async () => {
  await sql`
    INSERT INTO account_freeze (id, team_id, kind, value, made_by)
    VALUES (gen_random_uuid(), gen_random_uuid(), 'repository', 'github.com/acme/app', 'its owner')`;
  const path = `/i/${encodeURIComponent('github.com/acme/app')}`;
  const stranger = await (await browser.newContext({ baseURL: web.url })).newPage();
  await stranger.goto(path);
  expect(await stranger.locator('main').innerText()).not.toMatch(/had issuance for this name stopped/);
  await page.goto(path);
  expect(await page.locator('main').innerText()).toMatch(/had issuance for this name stopped/);
  await page.goto(`/watch/settings?watch=${watchId}`);
  expect(await page.getByRole('region', { name: 'Frozen' }).innerText()).toMatch(
    /had issuance for it stopped/,
  );
});

it('shows no button to who may not press it', async () => {
  const vera = await signedIn('vera@example.com');
  const [{ team } = { team: '' }] = await sql<{ team: string }[]>`
    SELECT team_id AS team FROM account_watch WHERE id = ${watchId}`;
  await sql`
    INSERT INTO account_member (team_id, user_id, role)
    SELECT ${team}, user_id, 'viewer' FROM account_email WHERE address = 'vera@example.com'`;
  await sql`
    INSERT INTO account_freeze (id, team_id, kind, value, made_by)
    VALUES (${randomUUID()}, ${team}, 'email', 'frozen@example.com', 'jane')`;
  await sql`
    INSERT INTO account_intent (id, team_id, source, wanted, made_by, until)
    VALUES (${randomUUID()}, ${team}, 'github.com/acme/other', 3, 'jane', now() + interval '1 day')`;
  const [{ id } = { id: '' }] = await sql<
    { id: string }[]
  >`SELECT id FROM alert_alert ORDER BY created_at LIMIT 1`;
  const pages = ['/alerts?state=', `/alerts/${id}`, '/watches', '/intents', '/freezes', `/team/${team}`];
  const buttons = async () => {
    const found: Record<string, string[]> = {};
    for (const path of pages) {
      await vera.goto(path);
      await vera
        .locator('summary')
        .evaluateAll((all) => all.forEach((one) => one.parentElement?.setAttribute('open', '')));
      found[path] = await vera.getByRole('main').getByRole('button').allInnerTexts();
    }
    return Object.values(found);
  };
  // "Keep" is of a view for oneself; who is alone in their own team announces and freezes there.
  expect(await buttons()).toEqual([['Keep'], [], [], ['Announce'], ['Freeze it'], []]);
  await vera.goto('/watches');
  const link = vera.getByRole('main').getByRole('link', { name: 'github.com/acme/app' });
  expect(await link.getAttribute('href')).toContain('/alerts?watch=');
  await sql`
    UPDATE account_member SET role = 'responder' WHERE team_id = ${team}
      AND user_id = (SELECT user_id FROM account_email WHERE address = 'vera@example.com')`;
  const [inbox, alertOf, , intents, freezes, ofTeam] = await buttons();
  expect(inbox).toContain('These were me');
  expect(alertOf?.length).toBeGreaterThan(0);
  expect(intents).toContain('Take it back');
  expect([freezes, ofTeam]).toEqual([['Freeze it'], []]);
  await sql`DELETE FROM account_freeze WHERE team_id = ${team} AND value = 'frozen@example.com'`;
});

it('shows nothing of it to another person', async () => {
  const other = await signedIn('other@example.com');
  const [row] = await sql<{ id: string }[]>`SELECT id FROM alert_alert LIMIT 1`;
  for (const path of [
    '/alerts?state=',
    '/watches',
    '/intents',
    '/freezes',
    `/watch/settings?watch=${watchId}`,
  ]) {
    await other.goto(path);
    expect(await other.locator('main').innerText(), path).not.toContain('acme');
  }
  await other.goto(`/alerts?state=&said=${row?.id}`);
  expect(await other.getByRole('button', { name: 'Take it back' }).count()).toBe(0);
  expect((await other.goto(`/alerts/${row?.id}`))?.status()).toBe(404);
  const press = await other.request.post(`/alerts/${row?.id}`, {
    form: { act: 'mine', reason: '' },
    headers: { origin: web.url },
  });
  expect(press.status()).toBe(404);
});
