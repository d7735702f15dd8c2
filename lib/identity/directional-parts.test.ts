import { expect, it } from 'vitest';
import { directionalParts, keptInOrder } from './directional-parts.ts';

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

it('keeps a line of plain text in order around names that run the other way', () => {
  const [owner, name] = ['\u0645\u0624\u0633\u0633\u0629', '\u062A\u0637'];
  expect(keptInOrder(`Signature as git.example/${owner}/${name} (3 signatures)`)).toBe(
    `Signature as git.example/\u2068${owner}\u2069/\u2068${name}\u2069 (3 signatures)`,
  );
  expect(keptInOrder('jane@example.com')).toBe('jane@example.com');
});
