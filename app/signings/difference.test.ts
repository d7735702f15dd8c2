import { expect, it } from 'vitest';
import { difference } from './difference.ts';

it.each([
  ['jane@examp1e.com', '“1” for “l”'],
  ['j\u0430ne@example.com', 'a Cyrillic “\u0430” for “a”'],
  ['janee@example.com', 'with “e”'],
  ['jan@example.com', 'without “e”'],
  ['jnae@example.com', '“na” for “an”'],
])('says where %s parts from the name that is known', (other, words) => {
  expect(difference('jane@example.com', other)).toBe(words);
});

it('says so from the other side as well', () => {
  expect(difference('j\u0430ne@example.com', 'jane@example.com')).toBe('“a” for a Cyrillic “\u0430”');
});
