import { expect, it } from 'vitest';
import { inboxOf, parseEmailAddress } from './email-address.ts';

it.each([
  ['dev@example.com', 'dev@example.com'],
  [' Jane.Doe+ci@Example.COM ', 'jane.doe+ci@example.com'],
  ['root@localhost', 'root@localhost'],
  ['a@xn--bcher-kva.example', 'a@xn--bcher-kva.example'],
])('accepts %j', (text, value) => {
  expect(parseEmailAddress(text)?.value).toBe(value);
});

it.each([
  '',
  'dev',
  '@example.com',
  'dev@',
  'dev@@example.com',
  'a@b@c.com',
  '"v@evil x"@internal',
  'dev@example..com',
  '.dev@example.com',
  'dev.@example.com',
  'dev@-example.com',
  'dev@[127.0.0.1]',
  'dev＠example.com',
  'dеv@example.com',
  'dev@example.com\r\nBcc: x@evil.com',
  'dev@exam\u00adple.com',
  'group: a@b.c;',
  `${'a'.repeat(65)}@example.com`,
  `a@${'b'.repeat(64)}.com`,
  `a@${'bcdefgh.'.repeat(40)}com`,
])('refuses %j', (text) => {
  expect(parseEmailAddress(text)).toBeUndefined();
});

it.each(['v.w@example.com', 'VW@example.com', 'vw+1@example.com', 'v.w+a.b@Example.com'])(
  'counts %s to the inbox that spelling shares',
  (text) => {
    const email = parseEmailAddress(text);
    expect(email === undefined ? undefined : inboxOf(email)).toBe('vw@example.com');
  },
);
