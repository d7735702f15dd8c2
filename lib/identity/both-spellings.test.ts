import { expect, it } from 'vitest';
import { bothSpellings } from './both-spellings.ts';

it('shows a name of another alphabet the same, however it was spelt', () => {
  const both = 'jane@bücher.example (jane@xn--bcher-kva.example)';
  expect(bothSpellings('jane@bücher.example')).toBe(both);
  expect(bothSpellings('jane@xn--bcher-kva.example')).toBe(both);
});

it.each([
  'jane@example.com',
  'Jane@Example.com',
  'github.com/acme/app',
  'x@',
  '',
  'jane@xn--zzzzzz99999.example',
])('leaves %s as it is', (name) => {
  expect(bothSpellings(name)).toBe(name);
});
