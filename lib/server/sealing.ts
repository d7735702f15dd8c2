/**
 * Seals what the database keeps for people and must not show to whoever reads the database: AES-256-GCM under one data
 * key, bound to what it belongs to, so that a sealed value moved to another row does not open. The key is a file that web
 * and workers share, or SEAL_KEY where they run on several machines. Made under KEY_PASSPHRASE it needs that to be used.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, scryptSync } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { keyPassphrase, type Config } from './config.ts';

class SealingError extends Error {
  override readonly name = 'SealingError';
}

export interface Sealing {
  /** `place` names what it belongs to, for example `account_channel ID secret`. */
  seal(place: string, text: string): string;
  /** Values from before there was a seal are given as they are. Throws SealingError when it does not open. */
  open(place: string, stored: string): string;
  /** 64 hexadecimal digits that nobody without the key can make of this text. */
  mac(text: string): string;
}

const mark = 'sealed:v1:';
const ivBytes = 12;
const tagBytes = 16;

export function openSealing(config: Config): Sealing {
  const key =
    config.sealKey === undefined
      ? readKey(join(config.dataDir, 'keys', 'sealing', 'data.key'), keyPassphrase(config))
      : Buffer.from(config.sealKey, 'base64');
  return sealingWith(key);
}

export function sealingWith(key: Uint8Array): Sealing {
  return {
    mac: (text) => createHmac('sha256', key).update(`mac ${text}`).digest('hex'),
    seal: (place, text) => {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
      const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return mark + sealed.toString('base64url');
    },
    open: (place, stored) => {
      if (!stored.startsWith(mark)) return stored;
      const bytes = Buffer.from(stored.slice(mark.length), 'base64url');
      try {
        const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes))
          .setAAD(Buffer.from(place))
          .setAuthTag(bytes.subarray(-tagBytes));
        const text = cipher.update(bytes.subarray(ivBytes, -tagBytes));
        return Buffer.concat([text, cipher.final()]).toString('utf8');
      } catch (cause) {
        throw new SealingError(`What is sealed for ${place} does not open with this data key.`, { cause });
      }
    },
  };
}

export function isSealed(stored: string): boolean {
  return stored.startsWith(mark);
}

/** `plain` or `passphrase`, a space, 32 bytes in base64: the key, or the salt that makes the key of the passphrase. */
function readKey(file: string, passphrase: string | undefined): Buffer {
  const [kind, text = ''] = readOrMake(file, passphrase === undefined ? 'plain' : 'passphrase').split(' ');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 32 || (kind !== 'plain' && kind !== 'passphrase'))
    throw new SealingError(`${file} is not a data key.`);
  if (kind === 'plain') return bytes;
  if (passphrase === undefined)
    throw new SealingError(`${file} was made with a passphrase: set KEY_PASSPHRASE or KEY_PASSPHRASE_FILE.`);
  return scryptSync(passphrase, bytes, 32, { N: 16_384, r: 8, p: 1 });
}

/** Two processes may come first: the link of one of them fails, and both read the same file. */
function readOrMake(file: string, kind: string): string {
  const read = (): string => readFileSync(file, 'utf8').trim();
  try {
    return read();
  } catch {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  }
  const beside = `${file}.${process.pid}.new`;
  try {
    writeFileSync(beside, `${kind} ${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
    linkSync(beside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(beside, { force: true });
  }
  return read();
}
