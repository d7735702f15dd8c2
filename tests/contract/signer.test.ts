/** What every Signer promises, held against each place a key can be: a file, a sealed file, an HSM. */
import { spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { publicKeyOf, writeKeyFile } from '#lib/server/key-file.ts';
import { pkcs11Signer } from '#ca/keys/pkcs11-signer.ts';
import { readPkcs11Uri } from '#ca/keys/pkcs11-uri.ts';
import { fileSigner } from '#ca/keys/private-key-signer.ts';
import type { Signer } from '#ca/keys/signer.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-signer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const library = '/usr/lib/softhsm/libsofthsm2.so';
const hasHsm = existsSync(library) && canLoad('pkcs11js');
const kinds = ['P-256', 'P-384', 'RSA'] as const;
type Kind = (typeof kinds)[number];

function canLoad(name: string): boolean {
  try {
    createRequire(import.meta.url)(name);
    return true;
  } catch {
    return false;
  }
}

function newKey(kind: Kind) {
  return kind === 'RSA'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    : generateKeyPairSync('ec', { namedCurve: kind }).privateKey;
}

function inFile(kind: Kind, passphrase: string | undefined): Signer {
  const file = join(folder, `${kind}-${passphrase ?? 'plain'}.pem`);
  writeKeyFile(file, newKey(kind), passphrase);
  return fileSigner(file, passphrase);
}

/** A token of SoftHSM's own making, the key brought in as its tool does it. */
function hsm(): void {
  if (process.env.SOFTHSM2_CONF !== undefined) return;
  const conf = join(folder, 'softhsm2.conf');
  writeFileSync(conf, `directories.tokendir = ${folder}\nobjectstore.backend = file\n`);
  process.env.SOFTHSM2_CONF = conf;
  writeFileSync(join(folder, 'pin'), '1234\n');
  const args = '--init-token --free --label signing --pin 1234 --so-pin 5678'.split(' ');
  expect(spawnSync('softhsm2-util', args, { encoding: 'utf8' }).stderr).toBe('');
}

function uriOf(object: string): string {
  return `pkcs11:token=signing;object=${object}?module-path=${library}&pin-source=file:${join(folder, 'pin')}`;
}

let keys = 0;
function inHsm(kind: Kind, label: string = kind): { signer: () => Signer; publicKey: Uint8Array } {
  hsm();
  const key = newKey(kind);
  const file = join(folder, `${label}.p8`);
  writeKeyFile(file, key, undefined);
  const id = String(++keys).padStart(2, '0');
  const args = ['--import', file, '--token', 'signing', '--label', label, '--id', id, '--pin', '1234'];
  expect(spawnSync('softhsm2-util', args, { encoding: 'utf8' }).status).toBe(0);
  const publicKey = publicKeyOf(key);
  return { publicKey, signer: () => pkcs11Signer(readPkcs11Uri(uriOf(label)), publicKey) };
}

const places: readonly [string, boolean, (kind: Kind) => Signer][] = [
  ['a file', true, (kind) => inFile(kind, undefined)],
  ['a sealed file', true, (kind) => inFile(kind, 'a passphrase')],
  ['an HSM', hasHsm, (kind) => inHsm(kind).signer()],
];

describe.each(places)('a key in %s', (_, isHere, open) => {
  it.runIf(isHere).each(kinds)('signs what its public key verifies, many at once: %s', async (kind) => {
    const signer = open(kind);
    const publicKey = createPublicKey({ key: Buffer.from(signer.publicKey), format: 'der', type: 'spki' });
    const messages = Array.from({ length: 20 }, (_, at) => new TextEncoder().encode(`message ${at}`));
    const signatures = await Promise.all(messages.map((message) => signer.sign(message)));
    const digest = kind === 'P-384' ? 'SHA-384' : 'SHA-256';
    expect(signer.digest).toBe(digest);
    signatures.forEach((signature, at) => {
      expect(verify(digest.replace('-', ''), messages[at] ?? new Uint8Array(), publicKey, signature)).toBe(
        true,
      );
    });
  });
});

describe.runIf(hasHsm)('an HSM', () => {
  it('whose key is not that of the certificate is refused at once', () => {
    const other = inHsm('P-256', 'other');
    const wrong = () => pkcs11Signer(readPkcs11Uri(uriOf('other')), publicKeyOf(newKey('P-256')));
    expect(other.signer().publicKey).toEqual(other.publicKey);
    expect(wrong).toThrow(/not that of the certificate/);
  });

  it('that has no such key or token says so', () => {
    hsm();
    const { publicKey } = inHsm('P-256', 'there');
    expect(() => pkcs11Signer(readPkcs11Uri(uriOf('nowhere')), publicKey)).toThrow(/holds no private key/);
    const elsewhere = uriOf('there').replace('token=signing', 'token=elsewhere');
    expect(() => pkcs11Signer(readPkcs11Uri(elsewhere), publicKey)).toThrow(/No token elsewhere/);
  });
});

describe('the address of a key in an HSM', () => {
  it('is read by RFC 7512, percent-encoding and all', () => {
    const uri =
      'pkcs11:token=My%20Token;object=ca;type=private?module-path=/lib/a.so&pin-source=file:/run/pin';
    expect(readPkcs11Uri(uri)).toEqual({
      token: 'My Token',
      object: 'ca',
      modulePath: '/lib/a.so',
      pinFile: '/run/pin',
    });
  });

  it.each([
    ['pkcs11:object=ca?module-path=/a&pin-source=/p', 'token is missing'],
    ['pkcs11:token=t;object=o;serial=1?module-path=/a&pin-source=/p', 'serial is not understood'],
    ['pkcs11:token=t;object=o?module-path=/a&pin-value=1234', 'pin-source is missing'],
    ['pkcs11:token=%zz;object=o?module-path=/a&pin-source=/p', 'percent-encoded'],
  ])('%s is refused', (uri, why) => {
    expect(() => readPkcs11Uri(uri)).toThrow(why);
  });
});
