/**
 * What a trace of a real Chromium tells of a page that it never saw, on a slow telephone: the processor four times slower,
 * 150 ms away, 1.6 Mbit/s, as Lighthouse has it. Times count from the start of the navigation.
 */
import { launchBrowser } from '#tests/harness/browser.ts';
import { measuresOf, type PageMeasures, type TraceEvent } from './trace.ts';

const categories = [
  'blink.user_timing',
  'loading',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
];
const line = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };

export interface BrowserMeasures extends PageMeasures {
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
      const session = await context.newCDPSession(page);
      await session.send('Network.emulateNetworkConditions', line);
      await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
      let requests = 0;
      page.on('request', () => requests++);
      await browser.startTracing(page, { categories });
      await page.goto(origin + path, { waitUntil: 'networkidle' });
      const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
        traceEvents: TraceEvent[];
      };
      measured[name] = { ...measuresOf(traceEvents, origin + path), requests };
      await context.close();
    }
    return measured;
  } finally {
    await browser.close();
  }
}
