import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { toHex } from '#lib/encoding/bytes.ts';
import { blobTarget } from './sign-targets.ts';
import { readArtifact } from './read-input.ts';

const above = mkdtempSync(join(tmpdir(), 'sigwatch-manifest-'));
const dist = join(above, 'dist');
afterAll(() => rmSync(above, { recursive: true }));

beforeEach(() => {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(join(dist, 'inner'), { recursive: true });
  for (const name of ['b', 'inner/a']) writeFileSync(join(dist, name), name);
});

const digestOf = (path: string) => toHex(readArtifact(path).digest('SHA-256') ?? new Uint8Array(0));

it('a folder is verified as what was signed for it', () => {
  const { artifact } = blobTarget(dist, undefined);
  expect(digestOf(dist)).toBe(toHex(artifact.digest('SHA-256') ?? new Uint8Array(0)));
  expect(digestOf(`${dist}/`)).toBe(digestOf(`${dist}.sha256`));
});

it.each<[string, () => void]>([
  ['added', () => writeFileSync(join(dist, 'c'), '')],
  ['changed', () => writeFileSync(join(dist, 'inner/a'), 'A')],
  ['taken away', () => rmSync(join(dist, 'b'))],
  ['renamed', () => renameSync(join(dist, 'b'), join(dist, 'c'))],
])('a folder with a file %s is another one', (_, change) => {
  const before = digestOf(dist);
  change();
  expect(digestOf(dist)).not.toBe(before);
});

it('a folder with a link in it has no manifest', () => {
  symlinkSync('b', join(dist, 'link'));
  expect(() => readArtifact(dist)).toThrow('neither a file nor a folder');
});
