import { spawnSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '#lib/server/config.ts';
import { openCodeSigningAuthority, openTimestampAuthority } from './authority.ts';
import { publicKeyOf, readKeyFile, writeKeyFile } from '#lib/server/key-file.ts';
import { ensureKeySet } from './key-set.ts';

const home = mkdtempSync(join(tmpdir(), 'sigwatch-key-file-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const passphrase = 'correct horse, Ünïcode';

describe('a sealed key', () => {
  const file = join(home, 'sealed.pem');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeKeyFile(file, privateKey, passphrase);

  it('opens with its passphrase and with no other', () => {
    expect(publicKeyOf(readKeyFile(file, passphrase))).toEqual(publicKeyOf(privateKey));
    expect(() => readKeyFile(file, 'wrong')).toThrow(/does not open with the passphrase/);
    expect(() => readKeyFile(file, undefined)).toThrow(/set KEY_PASSPHRASE/);
  });

  it('is scrypt and AES-256 to openssl, which opens it too', () => {
    const pem = readFileSync(file, 'utf8');
    const parsed = spawnSync('openssl', ['asn1parse', '-in', file], { encoding: 'utf8' }).stdout;
    expect(parsed).toMatch(/PBES2[^]*scrypt/);
    expect(parsed).toContain('aes-256-cbc');
    const opened = spawnSync('openssl', ['pkey', '-in', file, '-passin', `pass:${passphrase}`], {
      encoding: 'utf8',
    });
    expect(publicKeyOf(createPrivateKey(opened.stdout))).toEqual(publicKeyOf(privateKey));
    expect(pem).not.toContain('BEGIN PRIVATE KEY');
  });

  it('is never sealed twice the same, and only its owner may read it', () => {
    const again = join(home, 'again.pem');
    writeKeyFile(again, privateKey, passphrase);
    expect(readFileSync(again, 'utf8')).not.toBe(readFileSync(file, 'utf8'));
    expect(statSync(again).mode & 0o777).toBe(0o600);
  });

  it('that openssl sealed is opened too', () => {
    const theirs = join(home, 'openssl.pem');
    const args = ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-aes-256-cbc'];
    const made = spawnSync('openssl', [...args, '-pass', `pass:${passphrase}`, '-out', theirs]);
    expect(made.status).toBe(0);
    expect(readKeyFile(theirs, passphrase).asymmetricKeyType).toBe('ec');
  });
});

describe('the keys of an authority', () => {
  it('lie on disk sealed when there is a passphrase, and the authority opens with it', async () => {
    const file = join(home, 'passphrase');
    writeFileSync(file, `${passphrase}\nnot this line\n`);
    const config = readConfig({ DATA_DIR: home, KEY_PASSPHRASE_FILE: file });
    const folder = await ensureKeySet(join(home, 'ca'), new Date(), passphrase);
    for (const name of ['root', 'intermediate', 'tsa']) {
      expect(readFileSync(join(folder, `${name}.key.pem`), 'utf8')).toContain('ENCRYPTED PRIVATE KEY');
    }
    expect(openCodeSigningAuthority(config, folder).chain).toHaveLength(2);
    expect(openTimestampAuthority(config, folder).chain).toHaveLength(2);
    expect(() => openCodeSigningAuthority(readConfig({ DATA_DIR: home }), folder)).toThrow(/is sealed/);
  });
});
