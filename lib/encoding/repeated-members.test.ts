import { expect, it } from 'vitest';
import { hasRepeatedMembers } from './repeated-members.ts';

it.each([
  ['{}', false],
  ['{"a":1,"b":{"a":2},"c":[{"a":1},{"a":1}]}', false],
  ['["a","a",{"x":"a","y":"a"}]', false],
  [String.raw`{"a":"\",\"a\":","b":"{"}`, false],
  ['{"a":{"b":1},"a":2}', true],
  [String.raw`{"a":1,"\u0061":2}`, true],
  ['[{"x":[1,2],"y":{"z":1 , "z":2}}]', true],
])('members of %s are repeated: %s', (json, expected) => {
  JSON.parse(json);
  expect(hasRepeatedMembers(json)).toBe(expected);
});
