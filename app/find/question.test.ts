import { expect, it } from 'vitest';
import {
  identityPath,
  identityText,
  readIdentity,
  readQuestion,
  readWatchable,
  watchPath,
  whyNobody,
} from './question.ts';

const digest = 'ab'.repeat(32);
const workflow = 'https://github.com/acme/app/.github/workflows/r.yml@refs/heads/main';

it.each([
  [' Dev@Example.com ', { kind: 'identity', identity: { kind: 'email', value: 'dev@example.com' } }],
  [
    'GitHub.com/Acme/App',
    { kind: 'identity', identity: { kind: 'repository', value: 'github.com/acme/app' } },
  ],
  [workflow, { kind: 'identity', identity: { kind: 'uri', value: workflow } }],
  [digest.toUpperCase(), { kind: 'digest', hex: digest }],
  [`sha256:${digest}`, { kind: 'digest', hex: digest }],
  [digest.toUpperCase().replace(/..(?=.)/g, '$&:'), { kind: 'digest', hex: digest }],
  ['24296fb24b8ad77a' + digest, { kind: 'leaf', hex: digest }],
  [digest.slice(0, 40), { kind: 'identity', identity: { kind: 'pgp-key', value: digest.slice(0, 40) } }],
  ['github.com/Acme', { kind: 'prefix', prefix: 'github.com/acme/' }],
  ['https://GitHub.com/acme/', { kind: 'prefix', prefix: 'github.com/acme/' }],
  ['github.com/acme/lib-*', { kind: 'prefix', prefix: 'github.com/acme/lib-' }],
  ['https://GitLab.example/g/p//ci*', { kind: 'prefix', prefix: 'https://gitlab.example/g/p//ci' }],
  [`key:${digest}`, { kind: 'identity', identity: { kind: 'key', value: digest } }],
  [
    'package:Acme-1.0.tar.gz',
    { kind: 'identity', identity: { kind: 'package', value: 'package:Acme-1.0.tar.gz' } },
  ],
  [
    ' pkg:npm/%40acme/app@1 ',
    { kind: 'identity', identity: { kind: 'package', value: 'package:pkg:npm/%40acme/app@1' } },
  ],
  ['0042', { kind: 'entry', log: undefined, index: '42' }],
  ['rekor/42', { kind: 'entry', log: 'rekor', index: '42' }],
])('tells what %s asks for', (typed, question) => {
  expect(readQuestion(typed)).toEqual(question);
});

it.each([
  '',
  '   ',
  '*',
  'github.com/*',
  'github.com/ac*',

  'jane',
  'a b@c.d',
  'javascript:alert(1)',
  `x@${'y'.repeat(3000)}.com`,
])('refuses %j, which names nobody', (typed) => {
  expect(readQuestion(typed)).toBeUndefined();
});

it('makes one path segment of any identity', () => {
  expect(identityPath('dev@example.com')).toBe('/i/dev@example.com');
  expect(identityPath('https://github.com/a/b?c#d')).toBe('/i/https%3A%2F%2Fgithub.com%2Fa%2Fb%3Fc%23d');
});

it('reads a public key whose lines a one-line box ran together', () => {
  const base64 = 'MCowBQYDK2VwAyEA5pJg5z7toplF/srgQdqlPoIS33LnZIZlwVTs1oa5mUQ=';
  const question = readQuestion(`-----BEGIN PUBLIC KEY----- ${base64} -----END PUBLIC KEY-----`);
  expect(question).toMatchObject({ kind: 'identity', identity: { kind: 'key' } });
  expect(readQuestion('-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----')).toBeUndefined();
});

it.each(['key', 'pgp-key', 'pgp-user'] as const)('addresses a %s so that it is read again as one', (kind) => {
  const identity = { kind, value: kind === 'pgp-user' ? 'ada <ada@example.com>' : 'ab'.repeat(20) };
  expect(readIdentity(decodeURIComponent(identityPath(identityText(identity)).slice(3)))).toEqual(identity);
});

it('says of a whole domain who can watch it, and of a mere misspelling nothing', () => {
  expect(readIdentity('*@corp.example')).toBeUndefined();
  expect(whyNobody('*@corp.example')).toContain('proved to own it');
  expect(whyNobody('jane')).toBeUndefined();
});

it('takes a file for something to watch where it is plain that a file is meant', () => {
  expect(readWatchable(` SHA256:${digest.toUpperCase()}`)).toEqual({
    kind: 'digest',
    value: `sha256:${digest}`,
  });
  expect(readWatchable(digest)).toBeUndefined();
  expect(readWatchable('Dev@example.com')).toEqual({ kind: 'email', value: 'dev@example.com' });
  expect(watchPath({ kind: 'digest', value: `sha256:${digest}` })).toBe(`/d/${digest}`);
  expect(watchPath({ kind: 'key', value: digest })).toBe(`/i/key:${digest}`);
});
