/**
 * The one secret that cookies, form tokens and code hashes derive from. Made at first start, 0600, in the CA's own key
 * folder.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface IssuerSecrets {
  readonly cookieSecret: string;
  readonly formSecret: Uint8Array;
  readonly codeSecret: Uint8Array;
  readonly stateSecret: Uint8Array;
}

export function openIssuerSecrets(folder: string): IssuerSecrets {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const root = keep(join(folder, 'oidc-secret'), () => `${randomBytes(32).toString('hex')}\n`).trim();
  const derive = (purpose: string) => createHmac('sha256', root).update(purpose).digest();
  return {
    cookieSecret: derive('cookie').toString('base64url'),
    formSecret: derive('form'),
    codeSecret: derive('login code'),
    stateSecret: derive('upstream state'),
  };
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
