import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '#lib/server/config.ts';
import { extendedKeyUsages, keyPurpose } from '#lib/x509/extensions.ts';
import { openCodeSigningAuthority, openTimestampAuthority } from './authority.ts';
import { ensureKeySet } from './key-set.ts';
import { KeyError } from './signer.ts';

const home = mkdtempSync(join(tmpdir(), 'sigwatch-keys-'));
const now = new Date();
let folder: string;

beforeAll(async () => {
  folder = await ensureKeySet(join(home, 'ca'), now);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const config = (changes: Record<string, string> = {}) => readConfig({ DATA_DIR: home, ...changes });

describe('the key set', () => {
  it('is made once, readable by its owner alone', async () => {
    const before = readFileSync(join(folder, 'intermediate.key.pem'), 'utf8');
    expect(await ensureKeySet(join(home, 'ca'), now)).toBe(folder);
    expect(readFileSync(join(folder, 'intermediate.key.pem'), 'utf8')).toBe(before);
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  });

  it('works without the root key', async () => {
    rmSync(join(folder, 'root.key.pem'));
    await ensureKeySet(join(home, 'ca'), now);
    const authority = openCodeSigningAuthority(config(), folder);
    expect(extendedKeyUsages(authority.certificate)).toEqual([keyPurpose.codeSigning]);
    const message = new TextEncoder().encode('hello');
    const key = createPublicKey({
      key: Buffer.from(authority.certificate.spki),
      format: 'der',
      type: 'spki',
    });
    expect(verify('sha256', message, key, await authority.signer.sign(message))).toBe(true);
    expect(openTimestampAuthority(config(), folder).chain).toHaveLength(2);
  });

  it('is never remade over half of an old one', async () => {
    const broken = join(home, 'broken');
    await ensureKeySet(broken, now);
    rmSync(join(broken, 'authority', 'intermediate.key.pem'));
    await expect(ensureKeySet(broken, now)).rejects.toThrow(KeyError);
    expect(readdirSync(join(broken, 'authority'))).not.toContain('intermediate.key.pem');
  });

  it('clears away a set whose making was cut off', async () => {
    const cut = join(home, 'cut');
    mkdirSync(join(cut, 'authority.new-999999999'), { recursive: true });
    await ensureKeySet(cut, now);
    expect(readdirSync(cut)).toEqual(['authority']);
  });

  it('refuses a key that is not the chain’s', async () => {
    const other = await ensureKeySet(join(home, 'other'), now);
    const mixed = config({
      CA_CHAIN_FILE: join(other, 'chain.pem'),
      CA_KEY_FILE: join(folder, 'intermediate.key.pem'),
    });
    expect(() => openCodeSigningAuthority(mixed, folder)).toThrow(KeyError);
    const half = config({ CA_CHAIN_FILE: join(other, 'chain.pem') });
    expect(() => openCodeSigningAuthority(half, folder)).toThrow(KeyError);
    const timestamps = config({
      CA_CHAIN_FILE: join(other, 'tsa-chain.pem'),
      CA_KEY_FILE: join(other, 'tsa.key.pem'),
    });
    expect(() => openCodeSigningAuthority(timestamps, folder)).toThrow(KeyError);
  });
});
