import { expect, it } from 'vitest';
import { reasonOf } from '../api/reason.ts';
import { intentBody } from './schemas.ts';

const problemOf = (body: object): string | undefined => {
  const { error } = intentBody.safeParse({ repository: 'github.com/acme/app', ...body });
  return error && reasonOf(error);
};

it('says that the end of an intent is needed, and when it is none', () => {
  expect(problemOf({ until: '2026-11-30T18:00:00Z' })).toBeUndefined();
  expect(problemOf({})).toContain('until: is needed');
  expect(problemOf({ until: 'tomorrow' })).toBe(
    'until: not a time with its zone; for example 2026-01-31T09:30:00Z.',
  );
});
