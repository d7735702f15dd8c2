/**
 * Every page there is, as a stranger and as an owner with data, by day on a desktop and by night on a phone: no finding
 * of axe, nothing wider than the screen, nothing too small to press, everything that has the focus seen to have it.
 * With PICTURES=folder each is drawn into it as well, in both themes and widths.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '#tests/harness/browser.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import {
  barriersOf,
  dayOnDesktop,
  nightOnPhone,
  rawControls,
  see,
  smallTargets,
  unseenFocus,
  type View,
} from './accessible.ts';
import { jane, startLedger } from './ledger-data.ts';
import { seedOwner } from './owner-data.ts';
import { afterPress, pageList, type ShownPage } from './page-list.ts';
import { Person } from './person.ts';
import { readRoutes } from './routes.ts';
import { startWeb } from './web.ts';

const { sql, url } = await freshDatabase();
const web = await startWeb(url);
const browser = await launchBrowser();
afterAll(() => browser.close());
const pictures = process.env['PICTURES'];
const only = process.env['PAGES']?.split(',');

let pages: ShownPage[] = [];
const owner = new Person(web.url, sql);

beforeAll(async () => {
  const now = new Date();
  await startLedger(sql, now);
  await owner.signIn(jane);
  pages = pageList(await seedOwner(sql, owner, now)).filter(({ name }) => only?.includes(name) ?? true);
});

async function newContext(as: ShownPage['as'], { colorScheme, width }: View): Promise<BrowserContext> {
  const viewport = { width, height: width < 500 ? 844 : 900 };
  const context = await browser.newContext({ viewport, colorScheme, baseURL: web.url });
  const secure = web.url.replace('http:', 'https:');
  if (as === 'owner')
    await context.addCookies([...owner.cookies].map(([name, value]) => ({ name, value, url: secure })));
  return context;
}

async function findingsOn(page: Page, view: View): Promise<string[]> {
  await see(page, view);
  const found = [
    ...(await barriersOf(page, view.rules)),
    ...(await rawControls(page)),
    ...(await smallTargets(page)),
    ...(await unseenFocus(page)),
  ];
  return found.map((finding) => `${view.colorScheme} at ${view.width}: ${finding}`);
}

/** What the console of a browser complains of, under the page's own policy. */
function listen(page: Page): string[] {
  const heard: string[] = [];
  page.on('pageerror', (error) => heard.push(String(error)));
  page.on('console', (message) => {
    // That a page answers 404 is what its own address is for.
    const isOwnAnswer = message.location().url === page.url() && /status of 4\d\d/.test(message.text());
    if (message.type() === 'error' && !isOwnAnswer) heard.push(message.text());
  });
  return heard;
}

it('lists every page of the app tree', () => {
  const inTree = readRoutes()
    .filter(
      ({ method, source, path }) => method === 'GET' && source.includes('Page(') && !path.startsWith('/api/'),
    )
    .map(({ path }) => path);
  const listed = new Set<string>([...pages.map(({ route }) => route), ...afterPress]);
  expect(inTree.length).toBeGreaterThan(35);
  if (only === undefined) expect(inTree.filter((path) => !listed.has(path))).toEqual([]);
});

it.each(['nobody', 'owner'] as const)(
  'every page, as %s, is accessible by day on a desktop and by night on a phone, and its console is quiet',
  async (as) => {
    const found: Record<string, string[]> = {};
    const context = await newContext(as, dayOnDesktop);
    const page = await context.newPage();
    const heard = listen(page);
    for (const { name, path, status } of pages.filter((one) => one.as === as)) {
      const answer = await page.goto(path);
      const findings = [...(await findingsOn(page, dayOnDesktop)), ...(await findingsOn(page, nightOnPhone))];
      await page.waitForLoadState('networkidle');
      findings.push(...heard.splice(0));
      if (answer?.status() !== status) findings.push(`answered ${answer?.status()}`);
      if (new URL(page.url()).pathname !== new URL(path, web.url).pathname)
        findings.push(`led to ${page.url()}`);
      if (findings.length > 0) found[name] = findings;
    }
    await context.close();
    expect(found).toEqual({});
  },
  600_000,
);

it('is accessible on the way in', async () => {
  const phone: View = { colorScheme: 'light', width: 390 };
  const context = await newContext('nobody', phone);
  const page = await context.newPage();
  await page.goto('/sign-in');
  await page.getByLabel('Your e-mail address').fill('sam@example.com');
  await page.getByRole('button', { name: 'Mail me a code' }).click();
  await page.getByRole('heading', { name: 'Type your code' }).waitFor();
  expect(await findingsOn(page, phone)).toEqual([]);
  await context.close();
});

it.runIf(pictures !== undefined)(
  'draws every page (only with PICTURES=folder)',
  async () => {
    mkdirSync(pictures ?? '', { recursive: true });
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1280, 390])
        for (const as of ['nobody', 'owner'] as const) {
          const context = await newContext(as, { colorScheme, width });
          const page = await context.newPage();
          for (const { name, path } of pages.filter((one) => one.as === as)) {
            await page.goto(path);
            const file = join(pictures ?? '', `${name}-${colorScheme}-${width}.png`);
            await page.screenshot({ path: file, fullPage: true });
          }
          await context.close();
        }
  },
  600_000,
);
