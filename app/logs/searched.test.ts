import { expect, it } from 'vitest';
import { searchedWords } from './searched.ts';

it.each([
  [[], 'in no log, since none is followed yet'],
  [[{ from: 0n, size: 0n }], 'in one log, which is still empty'],
  [[{ from: 0n, size: 7n }], 'in one log, up to entry 6'],
  [[{ from: 5n, size: 7n }], 'in one log, from entry 5 up to entry 6'],
  [
    [
      { from: 0n, size: 7n },
      { from: 5n, size: 7n },
    ],
    'in 2 logs, 9 entries in all',
  ],
])('says of %o what was searched, and no more', (logs, words) => {
  expect(searchedWords(logs)).toBe(words);
});
