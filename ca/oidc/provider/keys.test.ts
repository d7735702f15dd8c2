import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { IssuerKeyError, openIssuerKeys } from './keys.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sigwatch-keys-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it('keys are made once, for the owner alone, and nothing else is left in the folder', () => {
  const first = openIssuerKeys(folder);
  expect(openIssuerKeys(folder)).toEqual(first);
  expect(readdirSync(folder).sort()).toEqual(['oidc-secret', 'oidc-signing-key.pem']);
  for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  expect(first.signingKey).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig' });
});

it('each purpose has its own secret', () => {
  const { cookieSecret, formSecret, codeSecret } = openIssuerKeys(folder);
  const hex = [Buffer.from(cookieSecret, 'base64url'), formSecret, codeSecret].map((secret) =>
    Buffer.from(secret).toString('hex'),
  );
  expect(new Set(hex).size).toBe(3);
});

it.each([
  ['a short RSA key', () => generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey],
  ['an elliptic key', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
])('%s is refused', (_, make) => {
  const pem = make().export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(join(folder, 'oidc-signing-key.pem'), pem);
  expect(() => openIssuerKeys(folder)).toThrow(IssuerKeyError);
});
