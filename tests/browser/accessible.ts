/** No finding of axe, and no sideways scrolling, on a phone and on a desktop. */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright';
import { expect } from 'vitest';

export async function expectAccessible(
  browser: Browser,
  baseURL: string,
  colorScheme: 'light' | 'dark',
  paths: readonly string[],
): Promise<void> {
  for (const width of [390, 1280]) {
    const viewport = { width, height: 800 };
    const context = await browser.newContext({ colorScheme, viewport, baseURL, bypassCSP: true });
    const page = await context.newPage();
    for (const path of paths) {
      expect((await page.goto(path))?.status(), path).toBe(200);
      await expectPageAccessible(page, `${path} at ${width}`);
    }
    await context.close();
  }
}

/** The page as it is now, for what no address leads to. */
export async function expectPageAccessible(page: Page, where: string): Promise<void> {
  // What is folded away must hold as well.
  await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  expect(found, where).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, where).toBeLessThanOrEqual(0);
}
