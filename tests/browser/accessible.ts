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
  expect(await barriersOf(page), where).toEqual([]);
}

/** What of a page somebody could not use, by all rules of axe or by these. */
export async function barriersOf(page: Page, rules: readonly string[] = []): Promise<string[]> {
  // What is folded away must hold as well.
  await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
  // A mail is shown in a frame that runs no script, not even that of axe.
  const axe = new AxeBuilder({ page }).exclude('iframe');
  const { violations } = await (
    rules.length > 0
      ? axe.withRules([...rules])
      : axe.withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'])
  ).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return overflow > 0 ? [...found, `${overflow} px wider than the screen`] : found;
}

/** Signs that turn the direction of text or are not seen: a stranger's text has them as escapes, everywhere. */
export async function rawControls(page: Page): Promise<string[]> {
  const found = await page.evaluate(
    () => /.{0,20}[\u200b\u202a-\u202e\u2066-\u2069].{0,20}/.exec(document.body.textContent)?.[0],
  );
  return found === undefined ? [] : [`not escaped: ${JSON.stringify(found)}`];
}

/** WCAG 2.2 §2.5.8: 24 by 24 px; a link within a sentence is exempt, and a box is pressed by its label too. */
export async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const inSentence = (target: Element) => {
      const words = target.parentElement?.textContent?.trim() ?? '';
      return getComputedStyle(target).display === 'inline' && words !== (target.textContent ?? '').trim();
    };
    return [
      ...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary'),
    ]
      .map((target) => ({ target, box: target.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 23.5))
      .filter(({ target }) => !(target instanceof HTMLInputElement && target.labels?.length))
      .filter(({ target }) => !inSentence(target) && target.closest('td, th') === null)
      .map(({ target, box }) => `${box.width}x${box.height} ${target.outerHTML.slice(0, 120)}`);
  });
}

/** What the key Tab reaches first and last on a page, where it is not seen to have the focus. */
export async function unseenFocus(page: Page): Promise<string[]> {
  const unseen: string[] = [];
  for (const key of ['Tab', 'Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab']) {
    await page.keyboard.press(key);
    const found = await page.evaluate(() => {
      const focused = document.activeElement;
      if (focused === null || focused === document.body || focused instanceof HTMLIFrameElement) return '';
      const { outlineStyle, outlineWidth } = getComputedStyle(focused);
      return outlineStyle === 'none' || parseFloat(outlineWidth) < 2 ? focused.outerHTML.slice(0, 120) : '';
    });
    if (found !== '') unseen.push(found);
  }
  return unseen;
}
