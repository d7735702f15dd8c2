import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KeyError } from '../../keys/signer.ts';
import { openIssuerSecrets } from './secrets.ts';
import { SigningKeys } from './signing-keys.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sigwatch-keys-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const dayMs = 86_400_000;
const start = Date.UTC(2027, 0, 1);
const at = (ms: number, passphrase?: string): SigningKeys => new SigningKeys(folder, passphrase, () => ms);
const moduli = (keys: SigningKeys): unknown[] => keys.current().map(({ n }) => n);
const legacy = (): string => join(folder, 'oidc-signing-key.pem');

function writeLegacy(key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey): void {
  writeFileSync(legacy(), key.export({ type: 'pkcs8', format: 'pem' }));
}

it('a key is made once, for the owner alone', () => {
  const [first] = at(start).current();
  expect(at(start).current()).toEqual([first]);
  const [file = ''] = readdirSync(join(folder, 'oidc-signing-keys'));
  expect(statSync(join(folder, 'oidc-signing-keys', file)).mode & 0o777).toBe(0o600);
  expect(first).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig' });
});

it('a key that was followed is published for a day more, then its file goes', () => {
  const [old] = moduli(at(start));
  at(start + 1000).rotate();
  const [young] = moduli(at(start + 2000));
  expect(young).not.toBe(old);
  expect(moduli(at(start + dayMs))).toEqual([young, old]);
  expect(moduli(at(start + dayMs + 2000))).toEqual([young]);
  expect(readdirSync(join(folder, 'oidc-signing-keys'))).toHaveLength(1);
});

it('a key that is ninety days old is followed by itself', () => {
  const [old] = moduli(at(start));
  expect(moduli(at(start + 90 * dayMs))).toEqual([old]);
  const [young, ...others] = moduli(at(start + 90 * dayMs + 1000));
  expect(young).not.toBe(old);
  expect(others).toEqual([old]);
});

it('a stolen key is gone at once', () => {
  const [old] = moduli(at(start));
  at(start + 1000).rotate(true);
  expect(moduli(at(start + 1000))).toHaveLength(1);
  expect(moduli(at(start + 1000))).not.toContain(old);
});

it('the key of an older installation goes on signing until it is followed', () => {
  writeLegacy();
  utimesSync(legacy(), new Date(start), new Date(start));
  const [old] = moduli(at(start));
  expect(readdirSync(folder)).toEqual(['oidc-signing-key.pem']);
  at(start + 1000).rotate();
  expect(moduli(at(start + 2000))[1]).toBe(old);
  expect(moduli(at(start + 2 * dayMs))).not.toContain(old);
});

it('keys are sealed when there is a passphrase', () => {
  const [key] = moduli(at(start, 'a long passphrase'));
  expect(() => at(start).current()).toThrow(/is sealed/);
  expect(moduli(at(start, 'a long passphrase'))).toEqual([key]);
});

it.each([
  ['a short RSA key', () => generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey],
  ['an elliptic key', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
])('%s is refused', (_, make) => {
  writeLegacy(make());
  expect(() => at(Date.now()).current()).toThrow(KeyError);
});

it('each purpose has its own secret, the same at the next start', () => {
  const { cookieSecret, formSecret, codeSecret } = openIssuerSecrets(folder);
  const hex = [Buffer.from(cookieSecret, 'base64url'), formSecret, codeSecret].map((secret) =>
    Buffer.from(secret).toString('hex'),
  );
  expect(new Set(hex).size).toBe(3);
  expect(openIssuerSecrets(folder).cookieSecret).toBe(cookieSecret);
});
