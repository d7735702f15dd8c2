import type { Page } from 'playwright';
import { afterAll, expect, it } from 'vitest';
import { launchBrowser } from '#tests/harness/browser.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { expectAccessible } from './accessible.ts';
import { seedAlert } from './seed.ts';
import { openMailed, pressMailed } from '#tests/harness/mailed-press.ts';
import { startWeb } from './web.ts';

const { sql, url } = await freshDatabase();
const web = await startWeb(url);
const browser = await launchBrowser();
afterAll(() => browser.close());

const token = 'Zm9vYmFyYmF6cXV4Zm9vYmFy';

async function withoutScript(): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: web.url });
  return context.newPage();
}

async function answersOf(id: string): Promise<string[]> {
  const rows = await sql<{ answer: string; undone: boolean }[]>`
    SELECT answer, undone_at IS NOT NULL AS undone FROM account_answer WHERE alert_id = ${id} ORDER BY id`;
  return rows.map(({ answer, undone }) => (undone ? `${answer} (undone)` : answer));
}

it('shows the facts, takes "This was me" after a press, keeps it visible, and takes it back', async () => {
  const id = await seedAlert(sql, { token, index: 4, identity: 'dev@example.com' });
  const page = await withoutScript();
  await page.goto(`/alert/${id}?token=${token}`);
  expect(await page.locator('h1').innerText()).toBe('A file was signed as dev@example.com');
  await page.getByRole('link', { name: 'This was me' }).click();
  expect(await page.locator('main').innerText()).toContain('https://accounts.google.com');
  expect(await answersOf(id)).toEqual([]);
  await page.getByRole('button', { name: 'Yes, this was me' }).click();
  expect(await answersOf(id)).toEqual(['mine']);
  expect(await page.getByRole('region', { name: 'Your answer' }).innerText()).toContain('This was me');
  await page.getByRole('button', { name: 'Take it back' }).click();
  expect(await answersOf(id)).toEqual(['mine (undone)']);
  expect(await page.getByText('The alert is open again').isVisible()).toBe(true);
});

it('takes "this was me" of a contradiction from who types the number of the entry alone', async () => {
  const id = await seedAlert(sql, {
    token,
    index: 4001,
    identity: 'dev@example.com',
    verdict: 'contradiction',
  });
  const link = `${web.url}/alert/${id}/mine?token=${token}`;
  for (const fields of [{}, { entry: '' }, { entry: '4' }])
    await pressMailed(link, { answer: 'mine', ...fields });
  expect(await answersOf(id)).toEqual([]);
  const page = await withoutScript();
  await page.goto(link);
  await page.getByLabel('type the number of the entry').fill(' 4001 ');
  await page.getByRole('button', { name: 'Yes, this was me' }).click();
  expect(await answersOf(id)).toEqual(['mine']);
});

it('gives numbered steps that fit the login after "This wasn’t me"', async () => {
  const id = await seedAlert(sql, { token, index: 5, identity: 'dev@example.com' });
  const page = await withoutScript();
  await page.goto(`/alert/${id}/not-mine?token=${token}`);
  expect(await page.locator('.steps').count()).toBe(0);
  await page.getByRole('button', { name: 'This wasn’t me' }).click();
  const titles = await page.locator('.steps h3').allInnerTexts();
  expect(titles.map((title) => title.split(',')[0])).toEqual([
    'Contain',
    'Preserve',
    'Rotate',
    'Tell',
    'Block',
    'Find out how far it went',
    'Close',
  ]);
  const words = await page.locator('main').innerText();
  expect(words).toContain('myaccount.google.com');
  expect(words).not.toContain('Settings, Sessions');
  expect(words).toContain('A signature cannot be revoked or removed from the log.');
  // What is to be kept is offered before anything is rotated.
  const preserve = page.locator('.steps > li').nth(1);
  expect(await preserve.innerText()).not.toContain('Download the evidence');
  await preserve.getByText('What to do').click();
  expect(await preserve.innerText()).toContain('Download the evidence');
  expect(await page.locator('.steps > li').nth(2).innerText()).toContain('Keep the evidence first');
  await page.getByRole('button', { name: 'This is done' }).nth(1).click();
  expect(await page.locator('main').innerText()).toContain('1 of 7 steps are done');
  expect(await page.locator('.steps > li').nth(1).innerText()).toContain('Done by whoever reads');
  expect(await page.locator('.steps > li').nth(2).innerText()).not.toContain('Keep the evidence first');
  await page.getByLabel('What happened').selectOption('token-stolen');
  await page.getByRole('button', { name: 'Note the cause' }).click();
  expect(await page.locator('main').innerText()).toContain('A token or secret was stolen');
  await page.getByRole('button', { name: 'Not done after all' }).click();
  expect(await page.locator('main').innerText()).toContain('0 of 7 steps are done');
  expect(await answersOf(id)).toEqual(['not-mine']);
});

it('"This was me" goes as far as one says: a rule is tried before it is kept', async () => {
  const id = await seedAlert(sql, { token, index: 14, identity: 'dev@example.com' });
  const page = await withoutScript();
  await page.goto(`/alert/${id}/mine?token=${token}`);
  await page.getByText('It was me, and so is more than this one').click();
  await page.getByRole('button', { name: 'This login, from now on' }).click();
  expect(await answersOf(id)).toEqual(['mine']);
  expect(await page.locator('main').innerText()).toContain('It would have hidden 1 alert of 1');
  expect(await sql`SELECT 1 FROM account_rule`).toHaveLength(0);
  await page.getByRole('button', { name: 'Expect this for 180 days' }).click();
  expect(await sql`SELECT 1 FROM account_rule`).toHaveLength(1);
});

it('no GET and no HEAD answers for a person', async () => {
  const id = await seedAlert(sql, { token, index: 6, identity: 'dev@example.com' });
  for (const page of ['', '/mine', '/not-mine', '/undo', '/mine/press', '/not-mine/press'])
    for (const method of ['GET', 'HEAD'])
      await fetch(`${web.url}/alert/${id}${page}?token=${token}`, { method });
  expect(await answersOf(id)).toEqual([]);
});

it('no POST of a program that only tries the links of a mail answers for a person', async () => {
  const id = await seedAlert(sql, { token, index: 11, identity: 'dev@example.com' });
  const tried = (page: string, init: RequestInit) =>
    fetch(`${web.url}/alert/${id}${page}?token=${token}`, { method: 'POST', redirect: 'manual', ...init });
  const type = 'application/x-www-form-urlencoded';
  for (const init of [{}, { body: '{}' }, { body: '', headers: { 'content-type': type } }])
    for (const page of ['/mine', '/not-mine']) {
      const answer = await tried(page, init);
      expect([answer.status, answer.headers.get('location')]).toEqual([
        303,
        expect.stringContaining(`/alert/${id}${page}?token=`),
      ]);
    }
  expect(await answersOf(id)).toEqual([]);
  await tried('/mine', { body: new URLSearchParams({ answer: 'mine' }) });
  const at = (page: string) => `${web.url}/alert/${id}${page}?token=${token}`;
  const { word } = await openMailed(at('/mine'));
  await tried('/mine', { body: new URLSearchParams({ answer: 'mine', word }) });
  await tried('/not-mine', { body: new URLSearchParams({ act: 'not-mine', word }) });
  expect(await answersOf(id)).toEqual([]);
  await pressMailed(at('/mine'), { answer: 'mine' });
  expect(await answersOf(id)).toEqual(['mine']);
  await tried('/undo', { body: new URLSearchParams({ act: 'undo', word }) });
  await tried('/undo', {});
  expect(await answersOf(id)).toEqual(['mine']);
  await pressMailed(at(''), { act: 'undo' }, at('/undo'));
  expect(await answersOf(id)).toEqual(['mine (undone)']);
});

it('says so when there is no answer to take back', async () => {
  const id = await seedAlert(sql, { token, index: 12, identity: 'dev@example.com' });
  const page = await withoutScript();
  await page.goto(`/alert/${id}/mine?token=${token}`);
  await page.getByRole('button', { name: 'Yes, this was me' }).click();
  const open = await page.context().newPage();
  await open.goto(`/alert/${id}?token=${token}`);
  await page.getByRole('button', { name: 'Take it back' }).click();
  await open.getByRole('button', { name: 'Take it back' }).click();
  expect(await open.locator('main').innerText()).toContain('There is no answer to take back.');
});

it('two mails open side by side do not undo one another', async () => {
  const ids = [
    await seedAlert(sql, { token, index: 21, identity: 'dev@example.com' }),
    await seedAlert(sql, { token: `${token}b`, index: 22, identity: 'dev@example.com' }),
  ];
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: web.url });
  const pages = [await context.newPage(), await context.newPage()];
  for (const [at, page] of pages.entries())
    await page.goto(`/alert/${ids[at]}/mine?token=${at === 0 ? token : `${token}b`}`);
  for (const page of pages) await page.getByRole('button', { name: 'Yes, this was me' }).click();
  for (const id of ids) expect(await answersOf(id)).toEqual(['mine']);
});

it('a wrong token and an unknown alert look the same, and press nothing', async () => {
  const id = await seedAlert(sql, { token, index: 7, identity: 'dev@example.com' });
  const unknown = '00000000-0000-4000-8000-000000000000';
  const strangers = [
    `${id}?token=${token}x`,
    id,
    `${id}?token=${token}&token=${token}`,
    `${id}?token[$ne]=`,
    `${unknown}?token=${token}`,
    `x?token=${token}`,
  ];
  const shown = await Promise.all(
    strangers.map(async (path) => {
      const [name, query = ''] = path.split('?');
      const pressed = await fetch(`${web.url}/alert/${name}/mine?${query}`, {
        method: 'POST',
        redirect: 'manual',
      });
      const read = await fetch(`${web.url}/alert/${path}`);
      // Its own address stands in the form that chooses colours: what the reader typed, and nothing of ours.
      const page = (await read.text()).replace(/(name="back" value=")[^"]*/, '$1');
      return `${read.status} ${pressed.status} ${page}`;
    }),
  );
  expect(new Set(shown).size, shown.join('\n')).toBe(1);
  expect(shown[0]).toMatch(/^404 404/);
  expect(await answersOf(id)).toEqual([]);
});

it('shows hostile facts as inert text and never as a link', async () => {
  const claims = {
    runInvocationUri: 'javascript:alert(1)',
    sourceRepositoryRef: '</dd><script>alert(1)</script>\u2066',
  };
  const id = await seedAlert(sql, {
    token,
    index: 8,
    identity: 'dev@example.com',
    facts: { claims, issuer: 'https://evil.example' },
  });
  const page = await withoutScript();
  await page.goto(`/alert/${id}?token=${token}`);
  const html = await page.content();
  expect(html).not.toContain('<script');
  expect(html).not.toContain('\u2066');
  const links = await page
    .locator('main a')
    .evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
  expect(links.filter((href) => !href.startsWith('/'))).toEqual([]);
});

it('does not send its address, which holds the token, anywhere', async () => {
  const answer = await fetch(`${web.url}/alert/x?token=${token}`);
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  expect(answer.headers.get('cache-control')).toMatch(/no-store/);
});

it('is accessible', async () => {
  const id = await seedAlert(sql, { token, index: 9, identity: 'dev@example.com' });
  await pressMailed(`${web.url}/alert/${id}/not-mine?token=${token}`, { act: 'not-mine' });
  const paths = ['', '/mine', '/not-mine'].map((path) => `/alert/${id}${path}?token=${token}`);
  await expectAccessible(browser, web.url, paths);
});
