import type { Page } from 'playwright';
import { afterAll, expect, it } from 'vitest';
import { launchBrowser } from '#tests/harness/browser.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { seedEntry, seedLog } from './seed.ts';
import { leafOf, startTileLog } from './tile-log.ts';
import { startWeb } from './web.ts';

const { sql, url } = await freshDatabase();
const log = await startTileLog(Array.from({ length: 300 }, (_, at) => leafOf(at)));
const web = await startWeb(url);
const browser = await launchBrowser();
afterAll(() => browser.close());

const minute = 60_000;
const start = Date.parse('2026-11-20T10:00:00Z');
const workflow = 'https://github.com/acme/app/.github/workflows/r.yml@refs/tags/v1';
const hostile = '\u202ejpg.exe" onmouseover=alert(1)><script>alert(1)</script>';

await seedLog(sql, log, 'rekor', new Date(start + 600 * minute));
for (let at = 0; at < 120; at++)
  await seedEntry(sql, log, {
    index: at,
    at: new Date(start + at * minute),
    identities: [['email', 'busy@example.com']],
  });
await seedEntry(sql, log, {
  index: 200,
  at: new Date(start),
  identities: [
    ['email', 'dev@example.com'],
    ['uri', workflow],
    ['repository', 'github.com/acme/app'],
  ],
  claims: { sourceRepositoryUri: `javascript:alert(1)//${hostile}`, sourceRepositoryRef: 'refs/tags/v1' },
});
await seedEntry(sql, log, {
  index: 201,
  at: new Date(start),
  notBefore: new Date('2019-01-01T00:00:00Z'),
  claims: { sourceRepositoryUri: 'https://github.com/acme/app' },
  trust: 'untrusted',
  identities: [
    ['email', 'dev@example.com'],
    ['email', `x@${hostile}`],
  ],
});

/** A page of a reader who runs no script, as of every reader here. */
async function withoutScript(): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: web.url });
  return context.newPage();
}

async function lookUp(page: Page, text: string): Promise<void> {
  await page.goto('/');
  await page.getByRole('searchbox').fill(text);
  await page.getByRole('button', { name: 'Look it up' }).click();
}

it('answers from the one box, without script: who, how many, how complete', async () => {
  const page = await withoutScript();
  await lookUp(page, '  Dev@Example.com ');
  expect(new URL(page.url()).pathname).toBe('/i/dev@example.com');
  expect(await page.locator('h1').innerText()).toBe('signature by dev@example.com');
  expect(await page.locator('.figure').innerText()).toBe('1');
  expect(await page.getByText('searched 300 of 300 entries').isVisible()).toBe(true);
});

it.each([
  ['github.com/Acme/App', '/i/github.com%2Facme%2Fapp'],
  [workflow, `/i/${encodeURIComponent(workflow).replaceAll('%40', '@')}`],
  ['AB'.repeat(32), `/d/${'ab'.repeat(32)}`],
  ['200', '/e/rekor/200'],
  ['rekor/200', '/e/rekor/200'],
])('leads from %s to its page', async (typed, path) => {
  const page = await withoutScript();
  await lookUp(page, typed);
  expect(new URL(page.url()).pathname).toBe(path);
});

it('keeps what was typed when it names nothing, and says so', async () => {
  const page = await withoutScript();
  await lookUp(page, 'no such <b>thing</b>');
  expect(await page.getByRole('searchbox').inputValue()).toBe('no such <b>thing</b>');
  expect(await page.getByRole('alert').innerText()).toMatch(
    /nothing we can look for.*an e-mail address, a repository/,
  );
});

it('says for a name without signatures how far that is known, and claims no more', async () => {
  const page = await withoutScript();
  await page.goto('/i/jane@example.com');
  expect(await page.locator('h1').innerText()).toBe('No signatures by jane@example.com');
  const words = await page.locator('main').innerText();
  expect(words).toContain('up to entry 299 (20 Nov 2026, 20:00:00 UTC)');
  expect(words).toContain('Nothing found is no proof of safety');
  expect(await page.locator('meta[name=robots]').getAttribute('content')).toContain('noindex');
});

it('shows every signature once over all pages, newest first', async () => {
  const page = await withoutScript();
  await page.goto('/i/busy@example.com');
  expect(await page.locator('.figure').innerText()).toBe('120');
  const seen: number[] = [];
  for (;;) {
    const rows = await page.locator('.entry-row a').allTextContents();
    seen.push(...rows.map((text) => Number(/#(\d+)/.exec(text)?.[1])));
    const older = page.getByRole('link', { name: 'Older signatures' });
    if ((await older.count()) === 0) break;
    await older.click();
  }
  expect(seen).toEqual(Array.from({ length: 120 }, (_, at) => 119 - at));
});

it('never counts a forgery attempt as a signature, and shows it apart', async () => {
  const page = await withoutScript();
  await page.goto('/i/dev@example.com');
  const forged = page.getByRole('region', { name: 'Forgery attempts' });
  expect(await forged.locator('.entry-row').count()).toBe(1);
  expect(await forged.getByText('#201').count()).toBe(1);
  expect(await page.getByRole('region', { name: 'Signatures, newest first' }).getByText('#201').count()).toBe(
    0,
  );
});

it('gives the time we saw a forgery attempt, and calls claims what its writer chose', async () => {
  const page = await withoutScript();
  await page.goto('/i/dev@example.com');
  const forged = page.getByRole('region', { name: 'Forgery attempts' });
  const seen = new Date(start).toISOString();
  expect(await forged.locator('.entry-row time').getAttribute('datetime')).toBe(seen);
  expect(await forged.locator('.group-title').innerText()).toContain('claims the login of');
  await page.goto('/e/rekor/201');
  const opening = page.locator('.line-opening');
  expect(await opening.locator('time').first().getAttribute('datetime')).toBe(seen);
  expect(await opening.innerText()).toMatch(/^[\s\S]*Forgery attempt[\s\S]*Its certificate says 1 Jan 2019/);
  const labels = await page.locator('dt').allInnerTexts();
  expect(labels).toContain('Claims to be vouched for by');
  expect(labels).toContain('Claims to be valid from');
  expect(labels).not.toContain('Vouched for by');
  expect(await page.getByRole('region', { name: 'Source, as it claims' }).count()).toBe(1);
});

it('shows what a stranger wrote as inert text, and links none of it', async () => {
  const page = await withoutScript();
  await page.goto('/e/rekor/201');
  const html = await page.content();
  expect(
    html.replace(/<script type="module" nonce="[^"]*" src="[^"]*" integrity="[^"]*"><\/script>/g, ''),
  ).not.toContain('<script');
  expect(html).not.toContain('\u202e');
  expect(await page.locator('[onmouseover]').count()).toBe(0);
  expect(await page.locator('main').innerText()).toContain('\\u{202e}');
  await page.goto('/e/rekor/200');
  const targets = await page
    .locator('main a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  expect(targets.filter((target) => target === null || !/^\/(?!\/)/.test(target))).toEqual([]);
  expect(await page.locator('main').innerText()).toContain('javascript:alert(1)//');
});

it('proves an entry from the log’s own bytes, each step shown', async () => {
  const page = await withoutScript();
  await page.goto('/e/rekor/200');
  expect(await page.getByText('Proved just now').isVisible()).toBe(true);
  await page.locator('summary', { hasText: 'Proof' }).click();
  const hashes = await page.locator('tbody tr td:last-child').allInnerTexts();
  expect(hashes.at(-1)).toBe(Buffer.from(log.root).toString('hex'));
  expect(hashes[0]).toBe(Buffer.from(log.leafHashes[200] ?? []).toString('hex'));
});

it('claims no proof when the log is silent, and says what is known', async () => {
  const page = await withoutScript();
  log.silent = true;
  await page.goto('/e/rekor/118');
  log.silent = false;
  expect(await page.getByText('Could not check just now').isVisible()).toBe(true);
  expect(await page.getByText('Proved just now').count()).toBe(0);
});
