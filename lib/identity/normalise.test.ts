import { expect, it } from 'vitest';
import { detectIdentity, normalise, readMailbox } from './normalise.ts';

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
  ['bob@Bücher.example', 'email', 'bob@xn--bcher-kva.example'],
  ['bob@xn--bcher-kva.example', 'email', 'bob@xn--bcher-kva.example'],
  ['jürgen.groß@example.com', 'email', 'jürgen.groß@example.com'],
  ['dev@example.com.', 'email', 'dev@example.com'],
  ['Alice!Corp.example', 'username', 'alice!corp.example'],
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

it.each([
  '',
  'hello',
  'a b',
  'acme/app',
  'x@',
  '*@corp.example',
  'a*@corp.example',
  'a@b@c.d',
  'dev@exam\u00adple.com',
  'dev@example.com\0.evil.example',
  'a b@c.d',
  'hello!',
  'a!b c',
])('does not guess at %j', (text) => {
  expect(detectIdentity(text)).toBeUndefined();
});

it.each([
  ['Bob@Bücher.example', 'bob@xn--bcher-kva.example'],
  [' Jane.Doe+ci@Example.COM ', 'jane.doe+ci@example.com'],
  ['jürgen@example.com', undefined],
  ['dev＠example.com', undefined],
  ['dev@exam\u00adple.com', undefined],
  ['dev@example.com\r\nBcc: x@evil.com', undefined],
  ['https://github.com/a/b', undefined],
])('writes for %j to %s', (text, mailbox) => {
  expect(readMailbox(text)?.value).toBe(mailbox);
});

it('leaves a plain domain as the parser of addresses does', () => {
  for (const domain of [
    'example.com',
    'a-.b--c.zz',
    '-x.example.org',
    '0x1.e0.net',
    'a_b.example.com',
    '1.2.3.ab',
  ])
    expect(normalise('email', `x@${domain}`)[0]?.value).toBe(`x@${new URL(`http://${domain}/`).hostname}`);
});
