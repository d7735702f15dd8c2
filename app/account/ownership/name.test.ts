import { expect, it } from 'vitest';
import { notOwnable, readOwned, wordsOfProblem } from './name.ts';

it.each([
  ['repository', 'github.com/../..', 'path'],
  ['repository', 'github.com/acme/..', 'path'],
  ['repository', 'https://github.com/acme/./app', 'path'],
  ['repository', 'github.com//app', 'path'],
  ['repository', 'github.com/acme//', 'path'],
  ['repository', 'github.com/acme/a%2e%2e', 'path'],
  ['repository', 'github.com/acme/app?x=1', 'path'],
  ['repository', 'github.com/acme/app#readme', 'path'],
  ['repository', 'github.com/acme\\app', 'path'],
  ['repository', `github.com/acme/${'a'.repeat(101)}`, 'long'],
  ['repository', `github.com/${'a/'.repeat(400)}b`, 'long'],
  ['organisation', 'github.com/%61cme', 'path'],
  ['organisation', 'github.com/..', 'path'],
  ['organisation', 'github.com/', 'name'],
  ['workflow', 'github.com/acme/app/.github/workflows/../release.yml', 'path'],
  ['workflow', 'github.com/acme/app//release.yml', 'path'],
  ['domain', `${'a'.repeat(600)}.example`, 'long'],
  ['domain', `${'a'.repeat(66)}.example.com`, 'long'],
  ['domain', 'exa%6dple.com', 'name'],
] as const)('proves no %s %s', (kind, text, problem) => {
  expect(readOwned(kind, text)).toBe(problem);
});

it.each([
  ['repository', 'https://github.com/Acme/App/', 'github.com/acme/app'],
  ['repository', 'gitlab.com/group/sub.group/app', 'gitlab.com/group/sub.group/app'],
  ['repository', 'github.com/acme/.github', 'github.com/acme/.github'],
  ['organisation', 'github.com/acme', 'github.com/acme'],
  [
    'workflow',
    'github.com/acme/app/.github/workflows/a.yml@refs/heads/main',
    'github.com/acme/app/.github/workflows/a.yml',
  ],
  ['domain', '*.example.com', 'example.com'],
] as const)('takes the %s %s', (kind, text, value) => {
  expect(readOwned(kind, text)).toEqual({ kind, value });
});

it('has a sentence for every reason, and one for what is no reason', () => {
  for (const [code, words] of Object.entries(notOwnable)) expect(wordsOfProblem(code)).toBe(words);
  expect(wordsOfProblem('toString')).toBe(notOwnable.name);
});
