import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** The colour properties of the rule that `opening` starts. */
function palette(opening: string): Record<string, string> {
  const start = css.indexOf(opening);
  const rule = css.slice(start, css.indexOf('}', start));
  return Object.fromEntries(
    [...rule.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name, hex]),
  );
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const linear = (at: number) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(1) + 0.7152 * linear(3) + 0.0722 * linear(5);
}

function contrast(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return 0;
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const day = palette(':root {');
const night = palette(":root:not([data-theme='light']) {");

it.each([
  ['day', day],
  ['night', night],
])('every ink is readable on every paper by %s (WCAG 1.4.3, 4.5:1)', (_, colours) => {
  const inks = ['ink', 'ink-soft', 'accent', 'good', 'warn', 'bad', 'notable'];
  const papers = ['paper', 'paper-raised', 'paper-sunk'];
  const pairs = [
    ...inks.flatMap((ink) => papers.map((paper) => [ink, paper] as const)),
    ...['good', 'warn', 'bad', 'notable', 'accent'].map((state) => [state, `${state}-wash`] as const),
    ...['good', 'warn', 'bad', 'notable', 'accent'].map((state) => ['ink', `${state}-wash`] as const),
    ['accent-ink', 'accent'] as const,
  ];
  const weak = pairs.filter(([ink, paper]) => contrast(colours[ink], colours[paper]) < 4.5);
  expect(weak).toEqual([]);
  // WCAG 1.4.11: the edge of a field is a control's boundary.
  expect(contrast(colours['hairline-strong'], colours['paper'])).toBeGreaterThanOrEqual(3);
  expect(contrast(colours['hairline-strong'], colours['paper-raised'])).toBeGreaterThanOrEqual(3);
});

it('night is the same night whether the system or the person chose it', () => {
  expect(palette(":root[data-theme='dark'] {")).toEqual(night);
});
