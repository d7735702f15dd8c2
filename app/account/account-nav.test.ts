import { expect, it } from 'vitest';
import { placeOf } from './account-nav.tsx';

it.each([
  ['/watches', '/watches'],
  ['/watches/new?kind=email', '/watches'],
  ['/watch/settings?watch=1', '/watches'],
  ['/alerts?state=open', '/alerts'],
  ['/team/1', '/team'],
  ['/settings/key', '/settings'],
  ['/teams-of-others', undefined],
  ['/watch/confirm', undefined],
  ['/', undefined],
])('%s belongs to %s', (path, place) => {
  expect(placeOf(path)).toBe(place);
});
