import { expect, it } from 'vitest';
import { isNear } from './near-name.ts';

it.each([
  ['acme-corp', 'acme-crop', true],
  ['acmecorp', 'acmecorps', true],
  ['acmecorp', 'acmcorp', true],
  ['acmecorp', 'acnecorp', true],
  ['example.com', 'example.org', true],
  ['example.com', 'example.co', true],
  ['example.com', 'examples.org', false],
  ['acmecorp', 'acmecorp', false],
  ['acmecorp', 'acmecrpo2', false],
  ['acme', 'acne', false],
  ['a.com', 'a.org', false],
])('%s and %s: %s', (one, other, near) => {
  expect(isNear(one, other)).toBe(near);
  expect(isNear(other, one)).toBe(near);
});
