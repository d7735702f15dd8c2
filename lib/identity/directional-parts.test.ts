import { expect, it } from 'vitest';
import { directionalParts } from './directional-parts.ts';

it('parts a name that runs from right to left where its pieces must keep their order', () => {
  expect(directionalParts('github.com/\u0634\u0631/\u062A\u0637')).toEqual([
    'github',
    '.',
    'com',
    '/',
    '\u0634\u0631',
    '/',
    '\u062A\u0637',
  ]);
  expect(directionalParts('github.com/acme/\u6771\u4EAC')).toBeUndefined();
});
