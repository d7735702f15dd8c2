import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodedWhereSafe } from './percent.ts';

it.each([
  ['release%2Dbuild.yml', 'release-build.yml'],
  ['%d8%aa%d8%b7', '\u062A\u0637'],
  ['%E6%9D%B1%E4%BA%AC', '\u6771\u4EAC'],
  ['a%2fb%40c%3f%23%25', 'a%2Fb%40c%3F%23%25'],
  ['a%20b', 'a%20b'],
  ['%e2%80%ae', '%E2%80%AE'],
  ['%e2%80%8b%00%0d%0a', '%E2%80%8B%00%0D%0A'],
  ['%ff%c3', '%FF%C3'],
  ['%c3%41', '%C3A'],
  ['100%', '100%25'],
  ['%%34%31', '%2541'],
])('%s is %s', (text, decoded) => expect(decodedWhereSafe(text)).toBe(decoded));

it('changes nothing a second time, whatever it is given', () => {
  const piece = fc.constantFrom('%', '4', '1', 'a', 'E', '2', '8', '0', '%41', '%C3', '%A9', '%25', '\u0301');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
      const once = decodedWhereSafe(pieces.join(''));
      expect(decodedWhereSafe(once)).toBe(once);
    }),
  );
});
