import { expect, it } from 'vitest';
import { foreignLetters, latinLookOf } from './alphabet.ts';

it('names the letters of another alphabet in a Latin name', () => {
  expect(foreignLetters('j\u0430ne@ex\u0430mple.com')).toEqual([{ letter: '\u0430', alphabet: 'Cyrillic' }]);
  expect(foreignLetters('j\u03BFe@example.com')).toEqual([{ letter: '\u03BF', alphabet: 'Greek' }]);
});

it.each([
  'jane@example.com',
  'b\u00FCcher@example.com',
  '\u043F\u043E\u0447\u0442\u0430@\u043F\u0440\u0438\u043C\u0435\u0440',
  '\u0438\u0432\u0430\u043D@\u043F\u043E\u0447\u0442\u0430.example.com',
  '',
  '\u60C5\u5831',
])('says nothing of %j', (text) => expect(foreignLetters(text)).toEqual([]));

it('finds a word of another alphabet whose every letter looks Latin', () => {
  expect(foreignLetters('jane@\u0430\u0440\u0440\u04CF\u0435.com')).toHaveLength(4);
});

it.each([
  ['jane@ex\u0430mple.com', 'jane@example.com'],
  ['jane@\u0430\u0440\u0440\u04CF\u0435.com', 'jane@apple.com'],
  ['j\u03BFe@example.com', 'joe@example.com'],
  ['jane@example.com', undefined],
  ['\u0438\u0432\u0430\u043D@example.com', undefined],
  ['b\u00FCcher@example.com', undefined],
])('%j is taken for %j', (name, look) => expect(latinLookOf(name)).toBe(look));
