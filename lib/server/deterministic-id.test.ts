import { expect, it } from 'vitest';
import { deterministicId } from './deterministic-id.ts';

it('is the same for the same parts, another for any other, and a UUID of version 8', () => {
  expect(deterministicId('a', 'bc')).toBe(deterministicId('a', 'bc'));
  expect(
    new Set(
      [['a', 'bc'], ['ab', 'c'], ['abc'], ['a', 'b', 'c'], ['a', 'bc', '']].map((parts) =>
        deterministicId(...parts),
      ),
    ).size,
  ).toBe(5);
  expect(deterministicId('a')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});
