import { expect, it } from 'vitest';
import { readOwned } from './name.ts';
import { proofsThatDo } from './owned.ts';

it.each(['co.uk', '*@co.uk', 'GitHub.io', 's3.amazonaws.com', '.pages.dev', 'kobe.jp'])(
  'nobody proves %s to be theirs, if strangers have names below it',
  (name) => {
    expect(readOwned('domain', name)).toBe('shared');
  },
);

it('proves what is one’s own below such a name, and what no list knows', () => {
  for (const value of ['acme.co.uk', 'acme.github.io', 'build.acme.co.uk', 'city.kobe.jp', 'acme.internal'])
    expect(readOwned('domain', value)).toEqual({ kind: 'domain', value });
  expect(readOwned('domain', 'com')).toBe('name');
});

it('a proof of a shared suffix does for nothing below it', () => {
  expect(proofsThatDo('email', 'jane@mail.acme.co.uk').map(({ value }) => value)).toEqual([
    'jane@mail.acme.co.uk',
    'mail.acme.co.uk',
    'acme.co.uk',
  ]);
  expect(proofsThatDo('dns', 'jane.github.io').map(({ value }) => value)).toEqual(['jane.github.io']);
});
