import { expect, it } from 'vitest';
import { detectIdentity, normalise } from './normalise.ts';

it.each([
  ['email', 'Dev@Example.COM', ['dev@example.com']],
  ['email', 'dev@example.com.', ['dev@example.com']],
  ['email', 'dev@bücher.example', ['dev@xn--bcher-kva.example']],
  ['email', 'dev@xn--bcher-kva.example', ['dev@xn--bcher-kva.example']],
  ['email', 'dev@example.com\0.evil.org', ['dev@example.com.evil.org', 'dev@example.com']],
  ['email', 'dev@example.com:80/x', ['dev@example.com:80/x']],
  ['email', '', []],
  [
    'uri',
    'https://GitHub.com/Acme/App/.github/workflows/Release.yml@refs/tags/V1',
    ['https://github.com/acme/app/.github/workflows/Release.yml@refs/tags/V1'],
  ],
  ['uri', 'HTTPS://ci.Example.com:443/A', ['https://ci.example.com/A']],
  ['uri', 'https://ci.example.com.:8443/A', ['https://ci.example.com:8443/A']],
  ['uri', 'not a uri', ['not a uri']],
  ['repository', 'https://www.GitHub.com/Acme/App.git', ['github.com/acme/app']],
  ['repository', 'github.com/acme/app/', ['github.com/acme/app']],
] as const)('%s %j is compared as %j', (kind, text, values) => {
  expect(normalise(kind, text).map(({ value }) => value)).toEqual(values);
});

it.each([
  [' Dev@Example.com ', 'email', 'dev@example.com'],
  ['github.com/acme/app', 'repository', 'github.com/acme/app'],
  ['https://gitlab.com/group/app', 'repository', 'gitlab.com/group/app'],
  [
    'https://github.com/acme/app/.github/workflows/r.yml@refs/heads/main',
    'uri',
    'https://github.com/acme/app/.github/workflows/r.yml@refs/heads/main',
  ],
])('takes %j for a %s', (text, kind, value) => {
  expect(detectIdentity(text)).toEqual({ kind, value });
});

it.each(['', 'hello', 'a b', 'acme/app', 'x@'])('does not guess at %j', (text) => {
  expect(detectIdentity(text)).toBeUndefined();
});
