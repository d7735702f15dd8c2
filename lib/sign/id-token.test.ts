import { describe, expect, it } from 'vitest';
import { readIdToken } from './id-token.ts';

function source(claims: object): string | undefined {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256' })}.${part({ sub: 's', exp: 4_000_000_000, ...claims })}.x`;
  return readIdToken(text).source;
}

describe('what the signatures of a token will be found under', () => {
  const github = 'https://token.actions.githubusercontent.com';
  it.each([
    ['a person', { iss: 'https://login.example', email: 'a@b.example', email_verified: true }, 'a@b.example'],
    ['GitHub Actions', { iss: github, repository: 'acme/app' }, 'github.com/acme/app'],
    ['an enterprise there', { iss: `${github}/acme`, repository: 'acme/app' }, 'github.com/acme/app'],
    ['GitLab', { iss: 'https://gitlab.example', project_path: 'acme/app' }, 'gitlab.example/acme/app'],
    [
      'somebody who calls himself a repository',
      { iss: 'https://evil.example', repository: 'acme/app' },
      undefined,
    ],
    ['a claim that is no text', { iss: github, repository: ['acme/app'] }, undefined],
    ['a machine', { iss: 'https://kubernetes.example' }, undefined],
  ])('%s', (_, claims, expected) => {
    expect(source(claims)).toBe(expected);
  });
});
