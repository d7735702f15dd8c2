import { expect, it } from 'vitest';
import { continuesPath, isWholeDomain, watchTarget } from './watch-target.ts';

it.each([
  ['email', ' Dev@Example.COM ', 'dev@example.com'],
  ['domain', '*@Bücher.example', 'xn--bcher-kva.example'],
  ['domain', '*.example.com', '.example.com'],
  ['organisation', 'https://GitHub.com/Acme/', 'github.com/acme'],
  [
    'workflow',
    'GitHub.com/Acme/App/.github/workflows/Release.yml',
    'github.com/acme/app/.github/workflows/Release.yml',
  ],
  [
    'workflow',
    'GitHub.com/Acme/App/.github/workflows/Release.yml@refs/heads/**',
    'github.com/acme/app/.github/workflows/Release.yml@refs/heads/**',
  ],
  [
    'workflow',
    'https://github.com/Acme/App/.github/workflows/Release.yml@refs/tags/V*',
    'github.com/acme/app/.github/workflows/Release.yml@refs/tags/V*',
  ],
  [
    'workflow',
    'github.com/acme/app/.github/workflows/Release.yml@*',
    'github.com/acme/app/.github/workflows/Release.yml',
  ],
  ['uri-prefix', 'HTTPS://gitlab.com/Group/sub', 'https://gitlab.com/Group/sub'],
  [
    'issuer-subject',
    'https://accounts.example.com  Dev@Example.com',
    'https://accounts.example.com dev@example.com',
  ],
  ['key', `${'AB:'.repeat(31)}AB`, 'ab'.repeat(32)],
  ['key', `SHA256:${'AB'.repeat(32)}`, 'ab'.repeat(32)],
  ['certificate', `sha256:${'ab'.repeat(32)}`, 'ab'.repeat(32)],
  ['repository', 'https://GitLab.com/Group/Sub/App.git', 'gitlab.com/group/sub/app'],
  ['package', ' pkg:npm/Acme ', 'package:pkg:npm/Acme'],
  ['package', 'package: pkg:npm/Acme', 'package:pkg:npm/Acme'],
  ['digest', 'AB'.repeat(32), `sha256:${'ab'.repeat(32)}`],
] as const)('spells %s %j as the name in an entry is compared', (kind, text, value) => {
  expect(watchTarget(kind, text)).toEqual({ kind, value });
});

it.each([
  ['domain', '*@com'],
  ['domain', 'exa mple.com'],
  ['domain', '169.254.169.254'],
  ['domain', '127.1'],
  ['repository', '*'],
  ['repository', 'github.com/acme'],
  ['repository', 'github.com/acme/*'],
  ['repository', 'github.com/acme/an app'],
  ['organisation', 'github.com'],
  ['organisation', 'github.com/acme/app'],
  ['workflow', 'github.com/acme/app'],
  ['uri-prefix', 'https://github.com/'],
  ['uri-pattern', 'https://*/acme'],
  ['uri-pattern', '**'],
  ['issuer-subject', 'https://accounts.example.com'],
  ['digest', 'abc'],
  ['package', 'package: '],
  ['email', ''],
  ['email', '*@corp.example'],
  ['email', 'corp.example'],
] as const)('refuses %s %j, which is nothing or everybody', (kind, text) => {
  expect(watchTarget(kind, text)).toBeUndefined();
});

it.each([
  ['*@corp.example', true],
  [' **@Bücher.example', true],
  ['jane@corp.example', false],
  ['*@', false],
])('says whether %s is a whole domain: %s', (text, isWhole) => {
  expect(isWholeDomain(text)).toBe(isWhole);
});

it.each([
  ['https://ci.example.com/acme/', 'https://ci.example.com/acme/x', true],
  ['https://ci.example.com/acme/', 'https://ci.example.com/acme2/x', false],
  ['https://ci.example.com/acme', 'https://ci.example.com/acme@x', true],
  ['https://ci.example.com/acme', 'https://ci.example.com/acme2', false],
  ['https://github.com/acme/app/x.yml@refs/tags/', 'https://github.com/acme/app/x.yml@refs/tags/v1', true],
  ['https://github.com/acme/app/x.yml@refs/tags/', 'https://github.com/acme/app/x.yml@refs/heads/v1', false],
  ['github.com/acme', 'https://github.com/acme/app', true],
])('says whether under %s stands %s: %s', (path, name, isBelow) => {
  expect(continuesPath(path, name)).toBe(isBelow);
});
