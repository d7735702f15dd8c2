import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadKey, loadOrMakeKey } from './signing-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-log-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

it.each(['ed25519', 'ecdsa-p256'] as const)(
  'a key of type %s is sealed when there is a passphrase',
  (type) => {
    const path = join(folder, type, 'sealed.pem');
    const made = loadOrMakeKey(path, type, 'correct horse');
    expect(readFileSync(path, 'utf8')).toContain('BEGIN ENCRYPTED PRIVATE KEY');
    expect([statSync(path).mode & 0o777, statSync(join(folder, type)).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(loadKey(path, type, 'correct horse').spki).toEqual(made.spki);
    expect(() => loadKey(path, type, 'wrong')).toThrow(/does not open with the passphrase/);
    expect(() => loadKey(path, type, undefined)).toThrow(/set KEY_PASSPHRASE/);
  },
);

it('a key from before there was a passphrase is read as it is, and never made anew', () => {
  const path = join(folder, 'plain.pem');
  const made = loadOrMakeKey(path, 'ed25519', undefined);
  const before = readFileSync(path, 'utf8');
  expect(before).toContain('BEGIN PRIVATE KEY');
  expect(loadOrMakeKey(path, 'ed25519', 'correct horse').spki).toEqual(made.spki);
  expect(readFileSync(path, 'utf8')).toBe(before);
});

it('a key that others can read, or of another type, is refused', () => {
  const path = join(folder, 'open.pem');
  loadOrMakeKey(path, 'ed25519', undefined);
  expect(() => loadKey(path, 'ecdsa-p256', undefined)).toThrow(/does not hold a key of type/);
  chmodSync(path, 0o640);
  expect(() => loadKey(path, 'ed25519', undefined)).toThrow(/readable by others/);
});
