import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  identityPath,
  identityText,
  readIdentity,
  readQuestion,
  readWatchable,
  watchPath,
} from './question.ts';
import { whyNobody, whyNotUnderstood, whyUnwatched } from './not-understood.ts';

const digest = 'ab'.repeat(32);
const workflow = 'https://github.com/acme/app/.github/workflows/r.yml@refs/heads/main';

const workflowFile = 'https://github.com/acme/app/.github/workflows/R.yml';
const repository = (value: string) => ({ kind: 'identity', identity: { kind: 'repository', value } });

it.each([
  [' Dev@Example.com ', { kind: 'identity', identity: { kind: 'email', value: 'dev@example.com' } }],
  [
    'GitHub.com/Acme/App',
    { kind: 'identity', identity: { kind: 'repository', value: 'github.com/acme/app' } },
  ],
  [workflow, { kind: 'identity', identity: { kind: 'uri', value: workflow } }],
  [digest.toUpperCase(), { kind: 'digest', hex: digest }],
  [`sha256:${digest}`, { kind: 'digest', hex: digest }],
  [`sha512:${digest}${digest}`, { kind: 'digest', hex: digest + digest }],
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
  ['acme/App', repository('github.com/acme/app')],
  ['repo:Acme/App:ref:refs/tags/v1', repository('github.com/acme/app')],
  [
    'https://token.actions.githubusercontent.com repo:acme/app:environment:x',
    repository('github.com/acme/app'),
  ],
  ['acme/\u05E9\u05DC\u05D5\u05DD', repository('github.com/acme/\u05E9\u05DC\u05D5\u05DD')],
  ['\u0430cme/app', repository('github.com/\u0430cme/app')],
  ['acme/a%2fb', repository('github.com/acme/a%2fb')],
  ['acme/%E2%80%AEppa', repository('github.com/acme/%e2%80%aeppa')],
  ['git@github.com:Acme/App.git', repository('github.com/acme/app')],
  ['git+ssh://git@github.com/acme/app.git', repository('github.com/acme/app')],
  ['https://github.com/acme/app.git', repository('github.com/acme/app')],
  ['https://github.com/acme/app/tree/main/src?tab=readme', repository('github.com/acme/app')],
  ['https://gitlab.com/g/sub/app/-/blob/main/x', repository('gitlab.com/g/sub/app')],
  ['acme/app/.github/workflows/R.yml', { kind: 'prefix', prefix: `${workflowFile}@` }],
  [workflowFile, { kind: 'prefix', prefix: `${workflowFile}@` }],
  ['github.com/acme/app/blob/main/.github/workflows/R.yml', { kind: 'prefix', prefix: `${workflowFile}@` }],
  ['https://github.com/acme/app/actions/workflows/R.yml', { kind: 'prefix', prefix: `${workflowFile}@` }],
  [
    'acme/app/.github/workflows/r.yml@refs/heads/main',
    { kind: 'identity', identity: { kind: 'uri', value: workflow } },
  ],
  ['mailto:Dev@Example.com', { kind: 'identity', identity: { kind: 'email', value: 'dev@example.com' } }],
  ['Dev <dev@example.com>', { kind: 'identity', identity: { kind: 'email', value: 'dev@example.com' } }],
  [`SHA-256: ${digest.toUpperCase()}`, { kind: 'digest', hex: digest }],
  [`${digest}  release.tar.gz`, { kind: 'digest', hex: digest }],
  [`ghcr.io/acme/app@sha256:${digest}`, { kind: 'digest', hex: digest }],
  ['q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=', { kind: 'digest', hex: digest }],
  ['sha256-q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=', { kind: 'digest', hex: digest }],
  [
    'SHA256:q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s',
    { kind: 'identity', identity: { kind: 'key', value: digest } },
  ],
  [
    'ABAB ABAB ABAB ABAB ABAB  ABAB ABAB ABAB ABAB ABAB',
    { kind: 'identity', identity: { kind: 'pgp-key', value: digest.slice(0, 40) } },
  ],
  ['#42', { kind: 'entry', log: undefined, index: '42' }],
  ['4,812,003', { kind: 'entry', log: undefined, index: '4812003' }],
  ['https://sigwatch.example/e/rekor/42', { kind: 'entry', log: 'rekor', index: '42' }],
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

it.each(['key', 'pgp-key', 'pgp-user', 'minisign-key'] as const)(
  'addresses a %s so that it is read again as one',
  (kind) => {
    const values = {
      'pgp-user': 'pgp-user:ada <ada@example.com>',
      'minisign-key': 'minisign:e7620f1842b4e81f',
    };
    const identity = { kind, value: kind in values ? Reflect.get(values, kind) : 'ab'.repeat(20) };
    expect(readIdentity(decodeURIComponent(identityPath(identityText(identity)).slice(3)))).toEqual(identity);
  },
);

it('says of a whole domain who can watch it, and of a mere misspelling nothing', () => {
  expect(readIdentity('*@corp.example')).toBeUndefined();
  expect(whyNobody('*@corp.example')).toContain('proved to own it');
  expect(whyNobody('jane')).toBeUndefined();
});

it('says of an owner of repositories what anybody can watch, and how a team watches all', () => {
  for (const typed of ['github.com/Acme', ' github.com/acme/']) {
    expect(readWatchable(typed)).toBeUndefined();
    expect(whyUnwatched(typed)).toContain('as in github.com/acme/app');
    expect(whyUnwatched(typed)).toContain('{"kind": "organisation", "value": "github.com/acme"}');
  }
  expect(whyUnwatched('https://github.com/acme/app/**')).toBeUndefined();
  expect(whyUnwatched('*@corp.example')).toContain('proved to own it');
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

const ssh = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGkZ3dN0lF0Zr3eK5PtYq1sYpR9d5kQ2yq0w3b7f8hZl me@laptop';

it('reads the line of an SSH key as ssh-keygen names it, and a certificate by its fingerprint', () => {
  const blob = Buffer.from(ssh.split(' ')[1] ?? '', 'base64');
  const print = createHash('sha256').update(blob).digest();
  const key = { kind: 'identity', identity: { kind: 'key', value: print.toString('hex') } };
  expect(readQuestion(ssh)).toEqual(key);
  expect(readQuestion(`256 SHA256:${print.toString('base64').replace('=', '')} me@laptop (ED25519)`)).toEqual(
    key,
  );
  const der = Buffer.from('3003020101', 'hex');
  const pem = `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
  const hex = createHash('sha256').update(der).digest('hex');
  expect(readQuestion(pem)).toEqual({ kind: 'certificate', hex });
  expect(readQuestion(pem.replaceAll('\n', ''))).toEqual({ kind: 'certificate', hex });
});

it.each([
  ['', 'Type what'],
  ['jane', 'Understood are'],
  ['example.com', 'example.com is a whole domain'],
  ['@b\u00FCcher.example', 'whole domain'],
  ['jane@', 'no whole e-mail address'],
  ['jane doe@example.com', 'no whole e-mail address'],
  [`sha512:${digest}ab`, 'That has 66 hexadecimal digits'],
  ['da39a3ee5e6b4b0d3255bfef95601890', 'That has 32 hexadecimal digits'],
  ['-----BEGIN PRIVATE KEY-----MC4CAQA=-----END PRIVATE KEY-----', 'a private key'],
  ['-----BEGIN PGP PUBLIC KEY BLOCK-----', 'by its fingerprint'],
  ['-----BEGIN CERTIFICATE-----MIIB', 'no whole public key or certificate'],
  ['ssh-ed25519 AAAA', 'no whole public key or certificate'],
  ['github.com/*', 'Name an owner'],
  ['.github/workflows/release.yml', 'in front, as in acme/app/.github/workflows/release.yml.'],
])('says of %j what is wrong, in one sentence', (typed, words) => {
  expect(readQuestion(typed)).toBeUndefined();
  expect(whyNotUnderstood(typed)).toContain(words);
});

it('names a key by its PGP fingerprint wherever a name is asked for, and says how a SHA-256 becomes one', () => {
  const key = { kind: 'pgp-key', value: 'b63c4553ff31b627a12dfd81139b83d63a722be3' };
  expect(readIdentity(key.value.toUpperCase())).toEqual(key);
  expect(readWatchable('B63C 4553 FF31 B627 A12D  FD81 139B 83D6 3A72 2BE3')).toEqual(key);
  expect(readIdentity(digest)).toBeUndefined();
  expect(whyNobody(digest)).toContain('key: before that of a public key');
});

it.each([
  ['workflow', 'github.com/a/b/.github/workflows/r.yml', 'https://github.com/a/b/.github/workflows/r.yml@'],
  [
    'workflow',
    'github.com/a/b/.github/workflows/r.yml@refs/tags/v*',
    'https://github.com/a/b/.github/workflows/r.yml@refs/tags/v',
  ],
])('leads from a watched %s to what it takes in: %s', (kind, value, prefix) => {
  expect(watchPath({ kind, value })).toBe(`/n/${encodeURIComponent(prefix)}`);
});

it('leads from a watched login to whom it is', () => {
  const path = (value: string) => watchPath({ kind: 'issuer-subject', value });
  expect(path('https://token.actions.githubusercontent.com repo:a/b:ref:refs/tags/v1')).toBe(
    '/i/github.com%2Fa%2Fb',
  );
  expect(path('https://accounts.example.com jane@example.com')).toBe('/i/jane@example.com');
});
