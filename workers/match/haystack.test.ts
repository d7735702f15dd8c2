import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { haystackOf } from './haystack.ts';

const name = 'dev@example.com';
/** As a name stands in DER: bytes before and behind it that are no text. */
const der = Buffer.concat([randomBytes(100), Buffer.from([0, 15]), Buffer.from(name), randomBytes(99)]);
const base64 = (bytes: Buffer | string) => Buffer.from(bytes).toString('base64');
const wrapped = (text: string, end: string) => (text.match(/.{1,64}/g) ?? []).join(end);
const pem = `-----BEGIN CERTIFICATE-----\n${wrapped(base64(der), '\n')}\n-----END CERTIFICATE-----\n`;
const json = (content: string) => `{"kind":"new","spec":{"content":"${content}"}}`;
const utf16 = (text: string) => Buffer.from(text, 'utf16le').toString('latin1');
const escaped = (text: string) =>
  Array.from(text, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

it.each([
  ['as it is', json(name.toUpperCase())],
  ['base64', json(base64(der))],
  ['base64url', json(der.toString('base64url'))],
  ['base64 behind a character that could be part of it', `x${base64(der)}`],
  ['base64 of PEM', json(base64(pem))],
  ['base64 of base64', json(base64(base64(der)))],
  ['base64 of base64 of PEM', json(base64(base64(pem)))],
  ['PEM in JSON', json(JSON.stringify(pem).slice(1, -1))],
  ['JSON in JSON', json(JSON.stringify(json(JSON.stringify(pem).slice(1, -1))).slice(1, -1))],
  ['lines of base64 in JSON', json(wrapped(base64(der), '\\n'))],
  ['lines of base64, indented', json(wrapped(base64(der), '\r\n   '))],
  ['base64 with escaped slashes', json(base64(der).replaceAll('/', '\\/'))],
  ['JSON escapes', json(escaped(name))],
  ['URI escapes', json('dev%40example%2ecom')],
  ['hexadecimal', json(der.toString('hex'))],
  ['hexadecimal behind a digit', json(`0${der.toString('hex').toUpperCase()}`)],
  ['hexadecimal with colons', json((der.toString('hex').match(/../g) ?? []).join(':'))],
  ['base64 of hexadecimal', json(base64(der.toString('hex')))],
  ['UTF-16', utf16(json(name))],
  ['UTF-16, the other order', `\0${utf16(json(name))}`],
  ['base64 of UTF-16', json(base64(Buffer.from(name.repeat(2), 'utf16le')))],
])('finds a name that stands there as %s', (_, text) => {
  expect(haystackOf(Buffer.from(text, 'latin1'))).toContain(name);
});

it('costs no more than a multiple of the entry, whatever is nested in it', () => {
  let nested: Buffer = randomBytes(20_000);
  for (let depth = 0; depth < 8; depth++) nested = Buffer.from(base64(nested));
  expect(haystackOf(nested).length).toBeLessThan(nested.length * 8);
  const hostile = Buffer.from('41'.repeat(500_000));
  const begun = performance.now();
  expect(haystackOf(hostile).length).toBeLessThan(64 << 20);
  expect(performance.now() - begun).toBeLessThan(5_000);
});
