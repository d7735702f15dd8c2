import { expect, it } from 'vitest';
import { RecentBytes } from './recent-bytes.ts';

it('keeps as many bytes as it may, and lets go of what nobody asked for the longest', () => {
  const recent = new RecentBytes(10);
  recent.keep('a', new Uint8Array(4));
  recent.keep('b', new Uint8Array(4));
  expect(recent.get('a')).toHaveLength(4);
  recent.keep('c', new Uint8Array(4));
  expect([recent.get('a'), recent.get('b'), recent.get('c')].map((bytes) => bytes?.length)).toEqual([
    4,
    undefined,
    4,
  ]);
});

it('counts what is kept again once, and keeps nothing larger than all it may', () => {
  const recent = new RecentBytes(10);
  for (let again = 0; again < 5; again++) recent.keep('a', new Uint8Array(4));
  recent.keep('b', new Uint8Array(4));
  expect(recent.get('a')).toHaveLength(4);
  recent.keep('c', new Uint8Array(11));
  expect(recent.get('c')).toBeUndefined();
});
