/** However a page is read: enlarged, on a narrow screen, on paper, by another clock, without motion, with names from right to left. */
import { mkdirSync } from 'node:fs';
import type { BrowserContextOptions, Page } from 'playwright';
import { afterAll, expect, it } from 'vitest';
import { launchBrowser } from '#tests/harness/browser.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { barriersOf, smallTargets } from './accessible.ts';
import { hostile, jane, startLedger } from './ledger-data.ts';
import { startWeb } from './web.ts';

const { sql, url } = await freshDatabase();
const web = await startWeb(url);
const browser = await launchBrowser();
afterAll(() => browser.close());

const rightToLeft = `/i/${encodeURIComponent(hostile.rightToLeft)}`;
const pages = [
  '/',
  `/i/${jane}`,
  rightToLeft,
  '/e/rekor/201',
  '/e/rekor/206',
  '/compare?first=rekor/201&second=rekor/203',
  '/logs',
  '/status',
  '/about',
  '/sign',
];
const berlin = 'Europe/Berlin';

async function withPage<T>(options: BrowserContextOptions, read: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ baseURL: web.url, bypassCSP: true, ...options });
  const page = await context.newPage();
  try {
    return await read(page);
  } finally {
    await context.close();
  }
}

/** The page, and what on it does not scroll and is wider than its place. */
async function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const scrolls = (part: Element | null): boolean =>
      part !== null &&
      (['auto', 'scroll'].includes(getComputedStyle(part).overflowX) || scrolls(part.parentElement));
    const beyond = [...document.querySelectorAll('main *')].filter((part) => {
      const box = part.getBoundingClientRect();
      return box.width > 1 && box.right > window.innerWidth + 1 && !scrolls(part);
    });
    const found = beyond.slice(0, 3).map((part) => part.outerHTML.slice(0, 120));
    const over = document.documentElement.scrollWidth - window.innerWidth;
    return over > 0 ? [`${over} px wider than the screen`, ...found] : found;
  });
}

/** Escapes, each one sign, that are on two lines; a title that no tab and no list of pages would show. */
async function broken(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const escapes = [...document.querySelectorAll('main .together')];
    const parted = escapes.filter((escape) => escape.getClientRects().length > 1);
    const long = document.title.length > 120 ? [`a title of ${document.title.length}`] : [];
    return [...parted.map((escape) => `in two: ${escape.textContent}`), ...long];
  });
}

it('begins, on an empty instance, with three steps that fit a phone', async () => {
  const pictures = process.env['PICTURES'];
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [390, 1280])
      await withPage({ viewport: { width, height: 844 }, colorScheme }, async (page) => {
        await page.goto('/');
        await page.getByRole('heading', { name: 'Watch an address' }).waitFor();
        expect(await cutOff(page)).toEqual([]);
        if (pictures === undefined) return;
        mkdirSync(pictures, { recursive: true });
        await page.screenshot({ path: `${pictures}/first-run-${colorScheme}-${width}.png`, fullPage: true });
      });
  await startLedger(sql, new Date());
  await sql`INSERT INTO monitor_sample SELECT 'ct', at, known_size, verified_size, checkpoint_at, polled_at FROM monitor_sample`;
});

it.each([
  ['at 200 %, 640 px by 2', { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 }],
  ['at 400 %, 320 px by 4', { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 }],
])('loses nothing and scrolls one way alone %s', async (_what, options) => {
  const found: Record<string, string[]> = {};
  await withPage(options, async (page) => {
    for (const path of pages) {
      await page.goto(path);
      const cut = [...(await cutOff(page)), ...(await smallTargets(page)), ...(await broken(page))];
      if (cut.length > 0) found[path] = cut;
    }
  });
  expect(found).toEqual({});
});

it('has the strip of logs, and two entries side by side, whole on a phone', async () => {
  await withPage({ viewport: { width: 390, height: 844 } }, async (page) => {
    await page.goto('/');
    const strip = page.getByRole('region', { name: 'Table of logs' });
    expect(await strip.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    expect(await strip.innerText()).toContain('entries verified');
    await page.goto('/compare?first=rekor/201&second=rekor/203');
    for (const table of await page.getByRole('region', { name: /^Fields that/ }).all())
      expect(await table.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  });
});

it('keeps names that run from right to left to themselves', async () => {
  await withPage({ javaScriptEnabled: true }, async (page) => {
    for (const path of [rightToLeft, '/e/rekor/206', '/logs', '/']) {
      await page.goto(path);
      const loose = await page.evaluate(() => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const found: string[] = [];
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
          if (/[\u0590-\u08ff]/.test(node.nodeValue ?? '') && node.parentElement?.closest('bdi') === null)
            found.push(node.nodeValue ?? '');
        return found;
      });
      expect(loose, path).toEqual([]);
    }
    await page.goto(rightToLeft);
    // Host, owner and repository stand in that order, whichever way the letters of each run.
    const places = await page
      .getByRole('heading', { level: 1 })
      .evaluate((heading) =>
        [...heading.querySelectorAll('bdi > bdi')]
          .filter((part) => /\p{L}/u.test(part.textContent ?? ''))
          .map((part) => part.getBoundingClientRect().left),
      );
    expect(places).toHaveLength(4);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
});

it('moves nothing for whoever wants no motion', async () => {
  await withPage({ reducedMotion: 'reduce' }, async (page) => {
    for (const path of pages) {
      await page.goto(path);
      const moving = await page.evaluate(() =>
        [...document.querySelectorAll('*')]
          .filter((part) => {
            const { transitionDuration, animationDuration, animationName } = getComputedStyle(part);
            const long = (durations: string) => durations.split(',').some((one) => parseFloat(one) > 0.01);
            return long(transitionDuration) || (animationName !== 'none' && long(animationDuration));
          })
          .map((part) => part.outerHTML.slice(0, 80)),
      );
      expect(moving, path).toEqual([]);
    }
  });
});

it('draws by the clock of the reader, in the same place, and prints by UTC, without controls', async () => {
  await withPage({ viewport: { width: 1280, height: 900 } }, async (page) => {
    const places = () =>
      page
        .locator('main svg:visible')
        .evaluateAll((drawings) =>
          drawings
            .filter(({ clientWidth }) => clientWidth > 100)
            .map((one) => Object.values(one.getBoundingClientRect().toJSON()).map(Number).map(Math.round)),
        );
    const shown = async (path: string) => {
      await page.goto(path);
      return { places: await places(), text: await page.locator('main').innerText() };
    };
    for (const path of [`/i/${jane}`, '/logs']) {
      await page.context().clearCookies();
      const inUtc = await shown(path);
      await page.context().addCookies([{ name: 'sigwatch-zone', value: berlin, url: web.url }]);
      const own = await shown(path);
      expect(own.text, path).toContain(berlin);
      expect(inUtc.text, path).not.toContain(berlin);
      expect(own.places, path).toEqual(inUtc.places);
      await page.emulateMedia({ media: 'print' });
      const labels = await page
        .locator('main svg text')
        .evaluateAll((all) =>
          all.flatMap((one) => (one.getClientRects().length > 0 ? [one.textContent] : [])),
        );
      // What is hidden within a drawing is part of its inner text all the same.
      await page.evaluate(() => document.querySelectorAll('svg').forEach((one) => one.remove()));
      const printed = `${labels.join('\n')}\n${await page.locator('main').innerText()}`;
      expect(/.*(?:Europe\/Berlin|\bCES?T\b|GMT\+).*/.exec(printed)?.[0], path).toBeUndefined();
      expect(printed, path).toContain('UTC');
      const controls = page.locator('nav, form, button, input, select');
      expect(
        await controls.evaluateAll((all) => all.filter((one) => one.getClientRects().length > 0).length),
      ).toBe(0);
      await page.emulateMedia({ media: 'screen' });
    }
  });
});

it('says how much a log grew since the span began, or since its reading did, and from when to when', async () => {
  const [row] = await sql<{ now: number }[]>`
    SELECT verified_size::int AS now FROM monitor_sample WHERE log_id = 'rekor' ORDER BY at DESC LIMIT 1`;
  const whole = row?.now ?? 0;
  await withPage({ viewport: { width: 1280, height: 900 } }, async (page) => {
    await page.goto('/');
    expect(await page.getByRole('region', { name: 'Table of logs' }).innerText()).toContain(`+${whole}`);
    await page.goto('/logs');
    const chart = page.locator('.chart', { hasText: `+${whole} entries` }).first();
    const [range, from, to] = await chart.locator('svg text').allTextContents();
    // Where the span begins falls into one sample or the next, by the minute of the day.
    expect(range).toMatch(new RegExp(`^2\\d to ${whole}$`));
    expect(to?.replace(/ UTC$/, '')).not.toBe(from);
    await sql`
      INSERT INTO monitor_sample SELECT log_id, at - interval '1 day', 1, 7, checkpoint_at, polled_at
      FROM monitor_sample WHERE log_id = 'rekor' ORDER BY at DESC LIMIT 1`;
    await page.reload();
    expect(await page.locator('.chart', { hasText: `+${whole - 7} entries` }).count()).toBe(1);
  });
});

it('names each region of the page of logs once, however many logs have charts', async () => {
  await withPage({}, async (page) => {
    await page.goto('/logs');
    expect(await barriersOf(page)).toEqual([]);
  });
});

it('has what browsers and people look for at the root', async () => {
  const icon = await fetch(`${web.url}/favicon.ico`);
  expect([icon.status, new Uint8Array(await icon.arrayBuffer()).subarray(0, 4)]).toEqual([
    200,
    Uint8Array.of(0, 0, 1, 0),
  ]);
  const humans = await fetch(`${web.url}/humans.txt`);
  expect([humans.status, humans.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
});

it('prints ink on paper, whether night was chosen by hand or by the device', async () => {
  const day = await inkAndPaper({ colorScheme: 'light' });
  expect(day).toEqual(await inkAndPaper({ colorScheme: 'dark' }));
  expect(day).toEqual(await inkAndPaper({ colorScheme: 'light', chosen: 'dark' }));
});

async function inkAndPaper({ colorScheme, chosen }: { colorScheme: 'light' | 'dark'; chosen?: 'dark' }) {
  const context = await browser.newContext({ baseURL: web.url, colorScheme });
  if (chosen !== undefined)
    await context.addCookies([{ name: 'sigwatch-theme', value: chosen, url: web.url }]);
  const page = await context.newPage();
  await page.goto(`/i/${jane}`);
  await page.emulateMedia({ media: 'print', colorScheme });
  const colours = await page.locator('main h1').evaluate((title) => {
    const { color } = getComputedStyle(title);
    return [color, getComputedStyle(document.documentElement).getPropertyValue('--paper')];
  });
  await context.close();
  return colours;
}
