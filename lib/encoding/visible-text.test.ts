import fc from 'fast-check';
import { expect, it } from 'vitest';
import { visibleSentence, visibleText } from './visible-text.ts';

it.each([
  ['dev@example.com', 'dev@example.com'],
  ['Zoë Müller, 東京', 'Zoë Müller, 東京'],
  ['a\r\nBcc: x@evil.com', 'a\\u{d}\\u{a}Bcc: x@evil.com'],
  ['abc\u202Ecba', 'abc\\u{202e}cba'],
  ['a\u2066b\u200Bc\uFEFFd\u00ADe', 'a\\u{2066}b\\u{200b}c\\u{feff}d\\u{ad}e'],
  ['\u001B[2J', '\\u{1b}[2J'],
  ['dev\0@example.com', 'dev\\u{0}@example.com'],
  ['a\u00A0b\u3000c', 'a\\u{a0}b\\u{3000}c'],
  ['\\u{202e}', '\\u{5c}u{202e}'],
  ['\uD800', '\\u{d800}'],
  ['\u{E0041}', '\\u{e0041}'],
])('shows %j as %j', (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});

it('shows what a sentence quotes once escaped, and still hides nothing', () => {
  const sentence = `Signed by ${visibleText('a\u202Eb\\c')}\u200B.`;
  expect(visibleSentence(sentence)).toBe('Signed by a\\u{202e}b\\u{5c}c\\u{200b}.');
  expect(visibleSentence(visibleSentence(sentence))).toBe(visibleSentence(sentence));
  expect(visibleSentence('x'.repeat(3000))).toMatch(/^x{2000}… \(1000 more\)$/);
});

it('keeps four combining marks, and of more shows one escape with their number', () => {
  expect(visibleText(`a${'\u0301'.repeat(4)}b`)).toBe(`a${'\u0301'.repeat(4)}b`);
  expect(visibleText(`a${'\u0301'.repeat(1000)}b`)).toBe('a\\u{301×1000}b');
  expect(visibleText('\u202E'.repeat(1000))).toBe('\\u{202e×1000}');
});

it('counts what is shown: escapes by their length, whole, marks with their letter, and bytes', () => {
  const shown = (text: string) => visibleText(text).replace(/… \(\d+ more\)$/, '');
  expect(shown('\u202E\u202D'.repeat(500))).toBe('\\u{202e}\\u{202d}'.repeat(16));
  expect(shown('e\u0301'.repeat(300))).toBe('e\u0301'.repeat(256));
  expect(shown('\u0E01\u0E31\u0E49'.repeat(300)).length).toBeLessThanOrEqual(1024 / 3);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      const line = shown(text);
      expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(1024);
      expect([...new Intl.Segmenter().segment(line)].length).toBeLessThanOrEqual(256);
    }),
    { numRuns: 25 },
  );
});

it('cuts at the limit, by whole characters, and says how much is left', () => {
  expect(visibleText('x'.repeat(256))).toBe('x'.repeat(256));
  expect(visibleText('😀'.repeat(300))).toBe(`${'😀'.repeat(256)}… (44 more)`);
});

it('never lets a control or bidirectional character through, and never shows two texts the same', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 24 }),
      fc.string({ unit: 'binary', maxLength: 24 }),
      (a, b) => {
        expect(visibleText(a)).not.toMatch(/[\p{Cc}\p{Cf}\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
        if (a !== b) expect(visibleText(a)).not.toBe(visibleText(b));
      },
    ),
  );
});
