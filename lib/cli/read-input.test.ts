import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { collectBundles } from './collect-bundles.ts';
import { exitCode } from './exit-codes.ts';
import { readPolicyFile } from './policy.ts';
import { readBundleFile, readJson, readText } from './read-input.ts';
import { blobTarget } from './sign-targets.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-input-'));
afterAll(() => rmSync(folder, { recursive: true }));

const usage = expect.objectContaining({ code: exitCode.usage }) as Error;

it.each([
  ['a bundle', readBundleFile],
  ['a trusted root', readJson],
  ['a policy', readPolicyFile],
  ['what is to be signed', (path: string) => blobTarget(path, undefined)],
])('refuses %s that never ends', (_, read) => {
  expect(() => read('/dev/zero')).toThrow(usage);
});

it('reads what is as long as it may be, and nothing longer', () => {
  const path = join(folder, 'long');
  writeFileSync(path, 'x'.repeat(600_000));
  expect(readText(path, 600_000)).toHaveLength(600_000);
  expect(() => readText(path, 599_999)).toThrow(usage);
});

it('refuses a trusted root or signing config that names a member twice', () => {
  const path = join(folder, 'twice.json');
  writeFileSync(path, '{"tlogs":[],"tlogs":[]}');
  expect(() => readJson(path)).toThrow(usage);
});

it.each([
  ['a link to a device', (path: string) => symlinkSync('/dev/zero', path)],
  ['a pipe', (path: string) => void execFileSync('mkfifo', [path])],
])('refuses a folder of bundles with %s in it', (what, make) => {
  const place = join(folder, what);
  mkdirSync(place);
  make(join(place, 'x.json'));
  expect(() => collectBundles([place])).toThrow(usage);
});
