/** A private key of the authority, as lib/server/key-file.ts keeps it. */
import type { KeyObject } from 'node:crypto';
import { KeyFileError, readKeyFile } from '#lib/server/key-file.ts';
import { KeyError } from './signer.ts';

export function readAuthorityKey(file: string, passphrase: string | undefined): KeyObject {
  try {
    return readKeyFile(file, passphrase);
  } catch (cause) {
    if (!(cause instanceof KeyFileError)) throw cause;
    throw new KeyError('unreadable', cause.message, { cause });
  }
}
