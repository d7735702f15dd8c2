import { expect, it } from 'vitest';
import { lookAlikes } from './look-alike.ts';
import { normalise } from './normalise.ts';

const jane = { kind: 'email', value: 'jane@example.com' } as const;
const app = { kind: 'repository', value: 'github.com/acme/modern' } as const;

it.each([
  ['a digit for a letter', jane, 'jane@examp1e.com'],
  ['a letter more', jane, 'jane@examplee.com'],
  ['a letter less', jane, 'jne@example.com'],
  ['two swapped', jane, 'jane@exmaple.com'],
  ['another letter', jane, 'jane@example.con'],
  ['another ending', jane, 'jane@example.co'],
  ['a Cyrillic letter in the name', jane, 'jаne@example.com'],
  ['a Cyrillic letter in the domain, as DNS has it', jane, 'jane@xn--exmple-4nf.com'],
  ['rn for m', app, 'github.com/acme/rnodern'],
  ['a repository squatted by one letter', app, 'github.com/acmee/modern'],
])('finds %s', (_what, identity, name) => {
  expect(lookAlikes(identity)).toContain(name);
});

it('spells each as it is compared, and takes none for another', () => {
  for (const identity of [jane, app, { kind: 'repository', value: 'wwv.example/a/b.git-x' } as const])
    for (const name of lookAlikes(identity))
      expect(normalise(identity.kind, name)).toMatchObject([{ value: name }]);
});

it('never lists the name itself, nor one name twice', () => {
  for (const identity of [jane, app]) {
    const names = lookAlikes(identity);
    expect(names).not.toContain(identity.value);
    expect(new Set(names).size).toBe(names.length);
  }
});

it('is bounded, for a long name as well', () => {
  expect(lookAlikes(jane).length).toBeLessThan(2000);
  const longest = { kind: 'uri', value: `https://${'m0l5'.repeat(38)}` } as const;
  expect(lookAlikes(longest).length).toBeLessThan(4000);
});
