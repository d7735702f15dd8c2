/** What a real Chromium measures of a page that it never saw: paint, the largest paint, shifts, and long tasks. */
import { launchBrowser } from '#tests/harness/browser.ts';

export interface BrowserMeasures {
  readonly firstPaintMs: number;
  readonly largestPaintMs: number;
  readonly layoutShift: number;
  readonly blockedMs: number;
  readonly requests: number;
}

export async function measureInBrowser(
  origin: string,
  pages: Readonly<Record<string, string>>,
): Promise<Record<string, BrowserMeasures>> {
  const browser = await launchBrowser();
  try {
    const measured: Record<string, BrowserMeasures> = {};
    for (const [name, path] of Object.entries(pages)) {
      const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
      const page = await context.newPage();
      let requests = 0;
      page.on('request', () => requests++);
      await page.goto(origin + path, { waitUntil: 'networkidle' });
      measured[name] = { ...(await page.evaluate<Omit<BrowserMeasures, 'requests'>>(readEntries)), requests };
      await context.close();
    }
    return measured;
  } finally {
    await browser.close();
  }
}

/** Runs in the page, as text: a compiled function names helpers that are not there. Entries are buffered, so asking once is enough. */
const readEntries = `(async () => {
  const entriesOf = (type) => new Promise((done) => {
    new PerformanceObserver((list, observer) => { observer.disconnect(); done(list.getEntries()); })
      .observe({ type, buffered: true });
    setTimeout(() => done([]), 300);
  });
  const types = ['paint', 'largest-contentful-paint', 'layout-shift', 'longtask'];
  const [paints, largest, shifts, tasks] = await Promise.all(types.map(entriesOf));
  const first = paints.find(({ name }) => name === 'first-contentful-paint');
  return {
    firstPaintMs: Math.round(first?.startTime ?? 0),
    largestPaintMs: Math.round(largest.at(-1)?.startTime ?? 0),
    layoutShift: Math.round(shifts.reduce((sum, { value }) => sum + value, 0) * 1000) / 1000,
    blockedMs: Math.round(tasks.reduce((sum, { duration }) => sum + Math.max(0, duration - 50), 0)),
  };
})()`;
