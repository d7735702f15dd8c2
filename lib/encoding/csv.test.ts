import { expect, it } from 'vitest';
import { csvLine } from './csv.ts';

it('keeps a cell one cell, whatever is in it', () => {
  expect(csvLine(['a,b', 'say "no"', 'two\nlines'])).toBe('"a,b","say ""no""","two\nlines"\r\n');
});

it.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '  =cmd|calc',
  '|x',
  '%x',
  '＝1+1',
  '\u200b=1',
  '＠SUM(A1)',
])('starts no formula: %j', (text) => {
  expect(csvLine([text])).toBe(`"'${text}"\r\n`);
});
