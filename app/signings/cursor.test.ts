import { expect, it } from 'vitest';
import { toBase64Url } from '#lib/encoding/base64.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { readCursor, writeCursor } from './cursor.ts';

it('reads back what it wrote', () => {
  const cursor = { seenAt: '2026-11-23T12:00:00.123+00:00', log: 'rekor', index: 7 };
  expect(readCursor(writeCursor(cursor))).toEqual(cursor);
});

it.each([
  '',
  'x',
  '!',
  toBase64Url(utf8('[]')),
  toBase64Url(utf8('["now","rekor",1]')),
  toBase64Url(utf8('{}')),
  'A'.repeat(600),
])('refuses %j', (text) => {
  expect(readCursor(text)).toBeUndefined();
});
