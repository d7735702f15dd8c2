/**
 * `sigwatch sign` in pipelines: each gives its token in its own way, and the signature is in the name of that token. What
 * the pipelines run is stood in for by programs and a server that answer to exactly what their documents say.
 */
import { createServer } from 'node:http';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSigningPlace, type SigningPlace } from '#tests/harness/signing-place.ts';
import { close, listen } from '#tests/harness/test-issuer.ts';

let instance: SigningPlace;
beforeAll(async () => {
  instance = await openSigningPlace();
});
afterAll(() => instance.close());

async function signedAs(env: Record<string, string>, ...more: string[]): Promise<string> {
  const file = instance.place('release');
  writeFileSync(file, 'release');
  const args = [
    'sign',
    file,
    '--yes',
    '--json',
    '--trusted-root',
    instance.place('trusted_root.json'),
    ...more,
  ];
  const { code, out, complaint } = await instance.sigwatch(args, { env });
  if (code !== 0) return `${code}: ${complaint}`;
  return (JSON.parse(out) as { signer: { identity: string } }).signer.identity;
}

/** A program in a folder of its own; `accepts` is all it answers to. */
function program(name: string, accepts: readonly string[], prints: string): Record<string, string> {
  const bin = instance.place(`bin-${name}`);
  mkdirSync(bin);
  const lines = ['#!/bin/sh', `[ "$*" = '${accepts.join(' ')}' ] || exit 9`, `echo '${prints}'`];
  writeFileSync(`${bin}/${name}`, `${lines.join('\n')}\n`);
  chmodSync(`${bin}/${name}`, 0o755);
  return { PATH: `${bin}:${process.env.PATH ?? ''}` };
}

it('GitLab, or whatever else puts a token there: SIGSTORE_ID_TOKEN', async () => {
  const token = await instance.token('gitlab@example.com');
  expect(await signedAs({ GITLAB_CI: 'true', SIGSTORE_ID_TOKEN: token })).toBe('gitlab@example.com');
});

it('GitHub Actions: asked for with the bearer of the job, for the audience sigstore', async () => {
  const token = await instance.token('github@example.com');
  const server = createServer((request, response) => {
    const isRight =
      request.headers.authorization === 'Bearer of-the-job' &&
      request.url === '/token?api-version=2&audience=sigstore';
    response.writeHead(isRight ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isRight ? { value: token } : { message: 'no' }));
  });
  const url = await listen(server);
  const env = { GITHUB_ACTIONS: 'true', ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2` };
  expect(await signedAs({ ...env, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-job' })).toBe('github@example.com');
  expect(await signedAs({ ...env, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-another' })).toMatch(/^3: .*401/s);
  await close(server);
});

it('Buildkite: the agent prints it', async () => {
  const token = await instance.token('buildkite@example.com');
  const env = program('buildkite-agent', ['oidc', 'request-token', '--audience', 'sigstore'], token);
  expect(await signedAs({ ...env, BUILDKITE: 'true' })).toBe('buildkite@example.com');
});

it('CircleCI: its program prints it', async () => {
  const token = await instance.token('circleci@example.com');
  const env = program('circleci', ['run', 'oidc', 'get', '--claims', '{"aud":"sigstore"}'], token);
  expect(await signedAs({ ...env, CIRCLECI: 'true' })).toBe('circleci@example.com');
});

it('Kubernetes: a file that is mounted', async () => {
  writeFileSync(instance.place('mounted'), `${await instance.token('pod@example.com')}\n`);
  expect(await signedAs({ SIGSTORE_ID_TOKEN_FILE: instance.place('mounted') })).toBe('pod@example.com');
});

it('a given token comes before that of the pipeline', async () => {
  const [given, ambient] = [
    await instance.token('given@example.com'),
    await instance.token('ci@example.com'),
  ];
  expect(await signedAs({ SIGSTORE_ID_TOKEN: ambient }, '--identity-token', given)).toBe('given@example.com');
});

it.each([
  [{ GITHUB_ACTIONS: 'true' }, 'id-token: write'],
  [{ GITLAB_CI: 'true' }, 'id_tokens'],
])('a pipeline without a token says what it lacks, and nobody waits: %o', async (env, lacking) => {
  const said = await signedAs(env);
  expect(said).toMatch(/^2: /);
  expect(said).toContain(lacking);
});

it('several files, one after the other, each with its own bundle and line', async () => {
  const files = ['one', 'two'].map((name) => instance.place(name));
  for (const file of files) writeFileSync(file, file);
  const token = await instance.token('ada@example.com');
  const args = ['sign', ...files, '--yes', '--trusted-root', instance.place('trusted_root.json')];
  const { code, out, complaint } = await instance.sigwatch(args, { env: { SIGSTORE_ID_TOKEN: token } });
  expect({ code, complaint }).toEqual({ code: 0, complaint: '' });
  expect(out.trim().split('\n')).toHaveLength(2);
  const signatures = files.map((file) => readFileSync(`${file}.sigstore.json`, 'utf8'));
  expect(new Set(signatures).size).toBe(2);
});
