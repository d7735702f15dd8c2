import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { deliver, tryDestinations } from './bundle-file.ts';
import { exitCode } from './exit-codes.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-bundle-'));
const place = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const to = (bundlePath: string | undefined) => ({ name: 'x', bundlePath });
const usage = expect.objectContaining({ code: exitCode.usage }) as Error;

it('refuses a destination that cannot be written, before anything is signed', () => {
  expect(() => tryDestinations([to(place('nowhere/x.json'))])).toThrow(usage);
  mkdirSync(place('folder'));
  expect(() => tryDestinations([to(place('folder'))])).toThrow(usage);
});

it('refuses two bundles in one place, however it is written', () => {
  expect(() => tryDestinations([to(place('a.json')), to(`${folder}/./a.json`)])).toThrow(usage);
  expect(() => tryDestinations([to(undefined), to(undefined)])).toThrow(usage);
});

it('leaves nothing behind where it tried', () => {
  tryDestinations([to(place('a.json')), to(place('b.json')), to(undefined)]);
  expect(readdirSync(folder)).toEqual(['folder']);
});

it('prints a bundle that cannot be written after all', () => {
  const print = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    expect(() => deliver('{"a":1}\n', place('nowhere/x.json'))).toThrow(usage);
    expect(() => deliver('{"a":2}\n', place('folder'))).toThrow(usage);
    expect(print.mock.calls.flat()).toEqual(['{"a":1}\n', '{"a":2}\n']);
  } finally {
    print.mockRestore();
  }
  deliver('{}\n', place('c.json'));
  expect(readFileSync(place('c.json'), 'utf8')).toBe('{}\n');
  expect(readdirSync(folder).sort()).toEqual(['c.json', 'folder']);
});
