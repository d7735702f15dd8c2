import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { openSealing } from './sealing.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-sealing-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const sealing = (more: Record<string, string> = {}) => openSealing(readConfig({ DATA_DIR: folder, ...more }));

it('opens in another process what one has sealed, in its own place alone', () => {
  const sealed = sealing().seal('channel 1', 'whsec_abc');
  expect(sealed).not.toContain('abc');
  expect(sealing().open('channel 1', sealed)).toBe('whsec_abc');
  expect(() => sealing().open('channel 2', sealed)).toThrow('does not open');
  expect(() => sealing().open('channel 1', `${sealed.slice(0, -2)}AA`)).toThrow('does not open');
  expect(sealing().seal('channel 1', 'whsec_abc')).not.toBe(sealed);
  expect(statSync(join(folder, 'keys/sealing/data.key')).mode & 0o777).toBe(0o600);
});

it('gives what was never sealed as it is', () => {
  expect(sealing().open('channel 1', 'https://example.com')).toBe('https://example.com');
});

it('needs the passphrase it was made under, and goes on when one is set later', () => {
  const sealed = sealing({ KEY_PASSPHRASE: 'secret' }).seal('a', 'b');
  expect(() => sealing()).toThrow('KEY_PASSPHRASE');
  expect(() => sealing({ KEY_PASSPHRASE: 'other' }).open('a', sealed)).toThrow('does not open');
  expect(readFileSync(join(folder, 'keys/sealing/data.key'), 'utf8')).toMatch(/^passphrase /);
  rmSync(folder, { recursive: true });
  const plain = sealing().seal('a', 'b');
  expect(sealing({ KEY_PASSPHRASE: 'secret' }).open('a', plain)).toBe('b');
});

it('takes its key from the environment on several machines', () => {
  const key = Buffer.alloc(32, 7).toString('base64');
  expect(sealing({ SEAL_KEY: key }).open('a', sealing({ SEAL_KEY: key }).seal('a', 'b'))).toBe('b');
  expect(() => readConfig({ SEAL_KEY: 'AAAA' })).toThrow('SEAL_KEY');
});
