import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodePunycode } from './punycode.ts';

it.each([
  ['exmple-4nf', 'ex\u0430mple'],
  ['bcher-kva', 'b\u00FCcher'],
  ['ihqwcrb4cv8a8dqg056pqjye', '\u4ED6\u4EEC\u4E3A\u4EC0\u4E48\u4E0D\u8BF4\u4E2D\u6587'],
  ['80ak6aa92e', '\u0430\u0440\u0440\u04CF\u0435'],
  [
    'egbpdaj6bu4bxfgehfvwxn',
    '\u0644\u064A\u0647\u0645\u0627\u0628\u062A\u0643\u0644\u0645\u0648\u0634\u0639\u0631\u0628\u064A\u061F',
  ],
])('%s is %s', (text, decoded) => expect(decodePunycode(text)).toBe(decoded));

it.each(['', '!', 'a_b', '99999999', 'zzzzzzzzzzzzzzzzz', 'a'.repeat(200)])('is no punycode: %j', (text) =>
  expect(decodePunycode(text) ?? '').not.toMatch(/\p{L}/u),
);

it('takes back what the platform writes', () => {
  const letter = fc.constantFrom(...'abcxyz019-éüßжшאבعربي東京한글ไทยΩ');
  fc.assert(
    fc.property(fc.array(letter, { minLength: 1, maxLength: 12 }), (letters) => {
      const label = domainToASCII(letters.join(''));
      fc.pre(label.startsWith('xn--') && !label.includes('.'));
      const decoded = decodePunycode(label.slice(4)) ?? '';
      expect(domainToASCII(decoded)).toBe(label);
    }),
  );
});
