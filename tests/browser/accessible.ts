/** What of a page somebody could not use, by day and by night, on a phone and on a desktop. */
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright';
import { expect } from 'vitest';

/** A page as it is seen: loaded once, then by another light and on another screen, as a person turns them. */
export interface View {
  readonly colorScheme: 'light' | 'dark';
  readonly width: number;
  /** Those of axe to hold it against; unset: all. */
  readonly rules?: readonly string[];
}

/** The markup is the same by day and by night, on a desktop and on a phone: only these can differ. */
const ofTheLook = ['color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable'];

export const dayOnDesktop: View = { colorScheme: 'light', width: 1280 };
export const nightOnPhone: View = { colorScheme: 'dark', width: 390, rules: ofTheLook };
const everyView: readonly View[] = [
  dayOnDesktop,
  { colorScheme: 'light', width: 390, rules: ofTheLook },
  nightOnPhone,
  { colorScheme: 'dark', width: 1280, rules: ofTheLook },
];

/** No finding of axe, and no sideways scrolling, in any view. */
export async function expectAccessible(
  browser: Browser,
  baseURL: string,
  paths: readonly string[],
): Promise<void> {
  const page = await browser.newPage({ baseURL });
  for (const path of paths) {
    expect((await page.goto(path))?.status(), path).toBe(200);
    await expectPageAccessible(page, path);
  }
  await page.close();
}

/** The page as it is now, for what no address leads to. */
export async function expectPageAccessible(page: Page, where: string): Promise<void> {
  for (const view of everyView) {
    await see(page, view);
    expect(await barriersOf(page, view.rules), `${where}, ${view.colorScheme} at ${view.width}`).toEqual([]);
  }
}

export async function see(page: Page, { colorScheme, width }: View): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
}

/** By all rules of axe or by these. */
export async function barriersOf(page: Page, rules: readonly string[] = []): Promise<string[]> {
  // What is folded away must hold as well.
  await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
  // A mail is shown in a frame that runs no script, not even that of axe; so the page alone is asked, which spares
  // the blank page that axe else opens to join what it found in frames.
  const axe = new AxeBuilder({ page }).exclude('iframe').setLegacyMode();
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
