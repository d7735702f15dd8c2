import { expect, it } from 'vitest';
import { addressesIn } from './address-text.ts';

it.each([
  ['alice@corp.example', ['alice@corp.example']],
  ['"alice"@corp.example', ['alice@corp.example']],
  ['Alice <alice@corp.example>', ['alice@corp.example']],
  ['"Alice, of Corp" <alice@corp.example>', ['alice@corp.example']],
  ['alice(us)@corp.example', ['alice@corp.example']],
  ['alice @ corp.example', ['alice@corp.example']],
  ["'alice@corp.example'", ['alice@corp.example']],
  ['mailto:alice%40corp.example?subject=x', ['alice@corp.example']],
  ['mailto:alice@corp.example?cc=bob@corp.example', ['alice@corp.example', 'bob@corp.example']],
  ['alice@corp.example\r\nBcc: eve@evil.example', ['alice@corp.example', 'eve@evil.example']],
  ['alice@corp.example, bob@corp.example', ['alice@corp.example', 'bob@corp.example']],
  ['Alice', []],
  [`jane${'\u0301'.repeat(300)}@corp.example`, []],
  [`${'a'.repeat(64)}@corp.example, ${'a'.repeat(65)}@corp.example`, [`${'a'.repeat(64)}@corp.example`]],
  ['mailto:%@', []],
])('%j holds %j', (text, addresses) => {
  expect(addressesIn(text)).toEqual(addresses);
});
