import { expect, it } from 'vitest';
import { identityPath, readQuestion } from './question.ts';

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
