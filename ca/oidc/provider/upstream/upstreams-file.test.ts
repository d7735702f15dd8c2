import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { UpstreamError } from './upstream.ts';
import { readUpstreams } from './upstreams-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-upstreams-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string): ReturnType<typeof readUpstreams> {
  const file = join(folder, 'file.yaml');
  writeFileSync(file, text);
  return readUpstreams(file);
}

const corp = { type: 'oidc', name: 'Corp', issuer: 'https://sso.example/', 'client-id': 'x' };

it('a provider is read with its secret from a file, and its issuer to the last slash', () => {
  writeFileSync(join(folder, 'secret'), 'hidden\n');
  const provider = { ...corp, 'client-secret-file': join(folder, 'secret') };
  expect(read(JSON.stringify({ providers: [provider] }))).toMatchObject([
    {
      id: 'https://sso.example/',
      issuer: 'https://sso.example/',
      clientSecret: 'hidden',
      requireVerified: true,
    },
  ]);
});

it('GitHub needs no address, one of your own has one', () => {
  const github = 'providers: [{ type: github, name: GitHub, client-id: x, client-secret: y }]';
  expect(read(github)).toMatchObject([
    { id: 'https://github.com/login/oauth', apiUrl: 'https://api.github.com' },
  ]);
});

it.each([
  ['no secret', JSON.stringify({ providers: [corp] })],
  [
    'a secret that is not there',
    JSON.stringify({ providers: [{ ...corp, 'client-secret-file': '/nowhere' }] }),
  ],
  ['two of one id', JSON.stringify({ providers: [1, 2].map(() => ({ ...corp, 'client-secret': 'x' })) })],
  ['an id with a space', JSON.stringify({ providers: [{ ...corp, id: 'a b', 'client-secret': 'x' }] })],
  ['a field nobody knows', JSON.stringify({ providers: [{ ...corp, secret: 'x', 'client-secret': 'x' }] })],
  ['nobody', 'providers: []'],
  ['no YAML', 'providers: ['],
])('a file with %s stops the start', (_, text) => {
  expect(() => read(text)).toThrow(UpstreamError);
});
