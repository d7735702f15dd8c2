import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { countingKey } from './counting-key.ts';
import { PolicyError } from './policy-error.ts';
import { policySchema } from './policy-schema.ts';
import { readPolicy } from './read-policy.ts';

const google = 'https://accounts.google.com';
const github = 'https://token.actions.githubusercontent.com';

describe('a policy that cannot mean what it says is not read', () => {
  const people = { ann: [{ identity: 'ann@example.com', issuer: google }] };
  const require = { atLeast: 1, of: 'ann' };
  const codeOf = (text: string) => {
    try {
      readPolicy(text);
      return 'read';
    } catch (error) {
      if (error instanceof PolicyError) return error.code;
      throw error;
    }
  };
  const bad: [string, object, string][] = [
    [
      'one mailbox under two names',
      { people: { ...people, an2: [{ identity: 'Ann+x@example.com', issuer: github }] }, require },
      'same-person-twice',
    ],
    ['more than there are', { people, require: { atLeast: 2, of: 'ann' } }, 'threshold-out-of-reach'],
    [
      'more than there are, named twice',
      { people, require: { atLeast: 2, of: ['ann', 'ann'] } },
      'threshold-out-of-reach',
    ],
    ['nobody', { people, require: { atLeast: 1, of: 'eve' } }, 'unknown-name'],
    ['an inherited name', { people, require: { atLeast: 1, of: 'constructor' } }, 'unknown-name'],
    [
      'a group in itself',
      { people, groups: { a: ['b'], b: ['a'] }, require: { atLeast: 1, of: 'a' } },
      'group-in-itself',
    ],
    ['a name for two things', { people, groups: { ann: ['ann'] }, require }, 'name-taken'],
    ['an unknown option', { people, require: { ...require, where: { isuer: google } } }, 'malformed'],
    ['none of none', { people, require: { atLeast: 0, of: 'ann' } }, 'malformed'],
    [
      'an identity that could be another',
      { people: { ann: [{ identity: '\u0430nn@example.com', issuer: google }] }, require },
      'bad-credential',
    ],
    ['a key that is none', { people: { ann: [{ publicKey: 'x' }] }, require }, 'bad-credential'],
    [
      'a witness that is none',
      { people, require: { ...require, where: { witnesses: { atLeast: 1, keys: ['x'] } } } },
      'bad-witness-key',
    ],
    ['no rule', { people }, 'malformed'],
    ['another version', { people, require, sigwatchPolicy: 2 }, 'malformed'],
  ];
  it.each([
    ['lists', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['lists left open', '['.repeat(20_000)],
    ['lists that hide where they end', '[ "]", '.repeat(20_000)],
    ['lists in lines', `${'- '.repeat(20_000)}a`],
    ['maps', `${'{a: '.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['keys', `${'? '.repeat(20_000)}a`],
  ])('%s nested deeper than any stack', (_, text) => {
    expect(() => readPolicy(text)).toThrow('a policy nested too deep');
  });

  it('nesting as deep as a person writes it is read', () => {
    const nested = Array.from({ length: 20 }).reduce<object>((inner) => ({ all: [inner] }), require);
    expect(codeOf(JSON.stringify({ sigwatchPolicy: 1, people, require: nested }, null, 2))).toBe('read');
  });

  it.each(bad)('%s', (_, policy, code) => {
    expect(codeOf(JSON.stringify({ sigwatchPolicy: 1, ...policy }))).toBe(code);
  });

  it.each([
    ['a key twice', 'sigwatchPolicy: 1\nsigwatchPolicy: 1\n'],
    ['an alias', 'a: &x [1]\nb: *x\n'],
    ['a tag', 'a: !!js/function 1\n'],
    ['two documents', '--- {}\n--- {}\n'],
  ])('%s', (_, text) => expect(codeOf(text)).toBe('not-yaml'));

  it('reads YAML as people write it', () => {
    const policy = readPolicy(
      `# release\nsigwatchPolicy: 1\npeople:\n  ann:\n    - identity: ann@example.com\n      issuer: ${google}\nrequire: {atLeast: 1, of: ann}\n`,
    );
    expect(policy.people).toHaveLength(1);
  });

  it('believes the observers it names, and no others', () => {
    const people = { ann: [{ identity: 'ann@example.com', issuer: google }] };
    const policy = { sigwatchPolicy: 1, people, require: { atLeast: 1, of: 'ann' } };
    expect([...readPolicy(JSON.stringify(policy)).observers]).toEqual([]);
    const observers = ['https://watch.example/'];
    expect([...readPolicy(JSON.stringify({ ...policy, observers })).observers]).toEqual([
      'https://watch.example',
    ]);
  });

  it('has a published schema that is that of this code', () => {
    const published = readFileSync(new URL('policy.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(policySchema())));
  });
});

it('a counting key is the same for every spelling and undefined for what is not plain', () => {
  expect(countingKey('email', 'A.nn+x@GMAIL.com.')).toBe('email:ann@gmail.com');
  expect(countingKey('uri', 'https://GitHub.com/A/b/.github/workflows/c.yml@refs/heads/x')).toBe(
    countingKey('uri', 'https://github.com/a/B/.github/workflows/c.yml@refs/tags/y'),
  );
  expect(countingKey('uri', 'https://github.com/%61/b')).toBeUndefined();
  expect(countingKey('email', 'ann@exämple.com')).toBeUndefined();
});
