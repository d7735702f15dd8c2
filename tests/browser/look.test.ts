/**
 * The main pages as pictures, by day and by night, on a phone and on a desktop, with the clock and the data standing still.
 * Whoever changes the look on purpose makes them anew with LOOK=renew, and looks at every one of them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright';
import { afterAll, expect, it } from 'vitest';
import { launchBrowser } from '#tests/harness/browser.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { comparePictures } from '#tests/harness/compare-pictures.ts';
import { seedEntry, seedLog } from './seed.ts';
import { leafOf, startTileLog } from './tile-log.ts';
import { startWeb } from './web.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const hour = 3_600_000;
const day = 24 * hour;
const folder = fileURLToPath(new URL('look/', import.meta.url));
const clock = fileURLToPath(new URL('../harness/fixed-clock.mjs', import.meta.url));
/** Edges of letters are drawn a little otherwise by another version of the browser; a moved line is far more than this. */
const mostDifferent = 0.01;

const { sql, url } = await freshDatabase();
const log = await startTileLog(Array.from({ length: 300 }, (_, at) => leafOf(at)));
const web = await startWeb(url, {
  FIXED_NOW: new Date(now).toISOString(),
  NODE_OPTIONS: `--import ${clock}`,
});
const browser = await launchBrowser();
afterAll(() => browser.close());

await seedLog(sql, log, 'rekor', new Date(now));
for (let at = 0; at < 60; at++)
  await seedEntry(sql, log, {
    index: at,
    at: new Date(now - (89 - at * 1.5) * day - ((at * 7) % 4) * hour),
    issuer: 'https://accounts.google.com',
    identities: [['email', 'jane@example.com']],
  });
await seedEntry(sql, log, {
  index: 200,
  at: new Date(now - 4 * day - 9 * hour),
  issuer: 'https://github.com/login/oauth',
  identities: [
    ['email', 'jane@example.com'],
    ['repository', 'github.com/acme-evil/app'],
  ],
  claims: { sourceRepositoryUri: 'https://github.com/acme-evil/app', sourceRepositoryRef: 'refs/heads/main' },
});
for (let at = 0; at < 280; at++) {
  const moment = new Date(now - at * 300_000);
  await sql`INSERT INTO monitor_sample VALUES ('rekor', ${moment}, ${300 - at}, ${300 - at},
    ${new Date(moment.getTime() - 1000 * (5 + ((at * 13) % 40)))}, ${moment})`;
}

const pages = {
  home: '/',
  result: '/i/jane@example.com',
  entry: '/e/rekor/200',
  logs: '/logs',
  sign: '/sign',
};

async function picture(page: Page, path: string): Promise<Buffer> {
  await page.goto(path);
  await page.evaluate(() => document.fonts.ready);
  // What blinks and what has the focus is of the moment.
  return page.screenshot({ caret: 'hide', animations: 'disabled' });
}

it.each(
  (['light', 'dark'] as const).flatMap((scheme) => [390, 1280].map((width) => [scheme, width] as const)),
)('looks as it was meant to, by %s at %i', async (colorScheme, width) => {
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height: 1000 },
    baseURL: web.url,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  // Fonts come from the cache from the second page on: `optional` leaves out one that is late.
  await page.goto('/about');
  const different: Record<string, number> = {};
  for (const [name, path] of Object.entries(pages)) {
    const file = `${folder}${name}-${colorScheme}-${width}.png`;
    const found = await picture(page, path);
    if (process.env['LOOK'] === 'renew') {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, found);
    }
    const share = await comparePictures(page, readFileSync(file), found);
    if (share > mostDifferent) different[name] = share;
  }
  await context.close();
  expect(different).toEqual({});
});

it('would see a line that moved', async () => {
  const viewport = { width: 1280, height: 1000 };
  const context = await browser.newContext({ viewport, baseURL: web.url, bypassCSP: true });
  const page = await context.newPage();
  await page.goto('/about');
  const before = await picture(page, pages.logs);
  await page.addStyleTag({ content: '.line-body { padding-left: 44px !important; }' });
  const after = await page.screenshot({ caret: 'hide' });
  expect(await comparePictures(page, before, after)).toBeGreaterThan(mostDifferent);
});
