import { expect, it } from 'vitest';
import { foreignLetters } from './alphabet.ts';

it('names the letters of another alphabet in a Latin name', () => {
  expect(foreignLetters('j\u0430ne@ex\u0430mple.com')).toEqual([{ letter: '\u0430', alphabet: 'Cyrillic' }]);
  expect(foreignLetters('j\u03BFe@example.com')).toEqual([{ letter: '\u03BF', alphabet: 'Greek' }]);
});

it.each([
  'jane@example.com',
  'b\u00FCcher@example.com',
  '\u043F\u043E\u0447\u0442\u0430@\u043F\u0440\u0438\u043C\u0435\u0440',
  '',
  '\u60C5\u5831',
])('says nothing of %j', (text) => expect(foreignLetters(text)).toEqual([]));
