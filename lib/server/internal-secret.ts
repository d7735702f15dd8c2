/**
 * What the processes of one instance know and nobody else: the bearer secret of `{ca}/internal`. INTERNAL_SECRET, or a
 * file that whichever process comes first makes under DATA_DIR.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';

const shortest = 32;

export function internalSecret({ internalSecret: given, dataDir }: Config): string {
  if (given !== undefined) return given;
  const file = join(dataDir, 'internal-secret');
  const secret = readIfThere(file) ?? makeFile(file);
  if (secret.length < shortest)
    throw new ConfigError(`${file} is damaged: delete it, and restart all processes.`);
  return secret;
}

/** Whether a request's Authorization header holds the secret; takes the same time whatever it holds. */
export function holdsSecret(authorization: string | undefined, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${secret}`));
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigError(`${file} cannot be read.`, { cause: error });
  }
}

/** Linked into place, which fails when another process was quicker: all read what the first wrote. */
function makeFile(file: string): string {
  mkdirSync(join(file, '..'), { recursive: true });
  const beside = `${file}.${process.pid}.new`;
  writeFileSync(beside, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  try {
    linkSync(beside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(beside, { force: true });
  }
  return readIfThere(file) ?? '';
}
