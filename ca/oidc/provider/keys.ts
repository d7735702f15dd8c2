/**
 * What the issuer must keep across restarts: the RS256 key that signs ID tokens and one secret that cookies, form tokens
 * and code hashes derive from. Made at first start, 0600, in the CA's own key folder.
 */
import { createHmac, createPrivateKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JWK } from 'oidc-provider';

export interface IssuerKeys {
  /** RSA: cosign tells a token from a file name by parsing it as RS256. */
  readonly signingKey: JWK;
  readonly cookieSecret: string;
  readonly formSecret: Uint8Array;
  readonly codeSecret: Uint8Array;
}

export class IssuerKeyError extends Error {
  override readonly name = 'IssuerKeyError';
}

const modulusBits = 2048;

export function openIssuerKeys(folder: string): IssuerKeys {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const key = readSigningKey(keep(join(folder, 'oidc-signing-key.pem'), makeSigningKey));
  const root = keep(join(folder, 'oidc-secret'), () => `${randomBytes(32).toString('hex')}\n`).trim();
  const derive = (purpose: string) => createHmac('sha256', root).update(purpose).digest();
  return {
    signingKey: { ...key.export({ format: 'jwk' }), kty: 'RSA', alg: 'RS256', use: 'sig' } as JWK,
    cookieSecret: derive('cookie').toString('base64url'),
    formSecret: derive('form'),
    codeSecret: derive('login code'),
  };
}

function makeSigningKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: modulusBits });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function readSigningKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < modulusBits)
    throw new IssuerKeyError(`oidc-signing-key.pem must be an RSA key of at least ${modulusBits} bits.`);
  return key;
}

/** The file's content; made first when there is none. Whole or absent, and of two that start at once the first one wins. */
function keep(file: string, make: () => string): string {
  if (!existsSync(file)) {
    const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
    writeFileSync(temporary, make(), { mode: 0o600, flush: true });
    try {
      linkSync(temporary, file);
    } catch {
      // Another process was first, or the file system has no links.
      if (!existsSync(file)) renameSync(temporary, file);
    } finally {
      rmSync(temporary, { force: true });
    }
  }
  return readFileSync(file, 'utf8');
}
