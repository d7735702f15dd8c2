import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { utf8 } from './bytes.ts';
import { crc32, writeZip } from './zip.ts';

it('sums as everybody does', () => {
  // The check value of CRC-32/ISO-HDLC.
  expect(crc32(utf8('123456789'))).toBe(0xcbf4_3926);
});

it('is opened by a program of others, every file whole', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sigwatch-zip-'));
  try {
    const long = new Uint8Array(70_000).map((_, at) => at);
    const files = [
      { path: 'a.txt', bytes: utf8('a') },
      { path: 'folder/ü.bin', bytes: long },
      { path: 'empty', bytes: new Uint8Array(0) },
    ];
    writeFileSync(join(folder, 'x.zip'), writeZip(files, new Date('2026-11-23T12:00:00Z')));
    const script =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])';
    execFileSync('python3', ['-c', script, join(folder, 'x.zip'), folder]);
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('a');
    expect(new Uint8Array(readFileSync(join(folder, 'folder', 'ü.bin')))).toEqual(long);
    expect(readFileSync(join(folder, 'empty')).length).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
