import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeTar } from './tar.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-tar-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('an archive', () => {
  const long = `${'d'.repeat(30)}/${'e'.repeat(60)}/${'f'.repeat(90)}`;
  const files = [
    { path: 'empty', bytes: new Uint8Array() },
    { path: 'ümlaut.txt', bytes: new TextEncoder().encode('one') },
    { path: long, bytes: new Uint8Array(512).fill(65) },
    { path: 'a/b', bytes: new Uint8Array(513).fill(66) },
  ];

  it('is unpacked by tar into the very files', () => {
    writeFileSync(join(folder, 'a.tar'), writeTar(files, new Date(1_000_000_000_000)));
    const done = spawnSync('tar', ['xf', 'a.tar'], { cwd: folder, encoding: 'utf8' });
    expect([done.status, done.stderr]).toEqual([0, '']);
    for (const { path, bytes } of files) {
      expect(Uint8Array.from(readFileSync(join(folder, path)))).toEqual(bytes);
    }
  });

  it('refuses a name that the format cannot hold', () => {
    const named = (path: string) => () => writeTar([{ path, bytes: new Uint8Array() }], new Date(0));
    for (const path of ['', 'a/', 'x'.repeat(101), `${'y'.repeat(156)}/z`])
      expect(named(path)).toThrow(RangeError);
  });
});
