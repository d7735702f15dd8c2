/** `sigwatch ca reseal`: all private keys of the authority, written again under the passphrase that is set now. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '#lib/server/durable-file.ts';
import { keyFolder, keyPassphrase, readConfig } from '#lib/server/config.ts';
import { readKeyFile, sealKey } from '../keys/key-file.ts';
import { KeyError } from '../keys/signer.ts';
import { runCommand, say } from './run.ts';

const input = z.object({
  /** Holds the passphrase of before in its first line; not needed for keys that are not sealed. */
  oldPassphraseFile: z.string().optional(),
  /** No passphrase is wanted any more. */
  open: z.boolean(),
});

await runCommand(input, ({ oldPassphraseFile, open }) => {
  const config = readConfig();
  const next = keyPassphrase(config);
  if ((next === undefined) !== open) {
    throw new KeyError(
      'unreadable',
      next === undefined
        ? 'Set KEY_PASSPHRASE or KEY_PASSPHRASE_FILE to the new passphrase, or say --open.'
        : 'KEY_PASSPHRASE is set: unset it to leave the keys open, or leave out --open.',
    );
  }
  const old = oldPassphraseFile === undefined ? undefined : firstLine(oldPassphraseFile);
  const folder = keyFolder(config, 'ca');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('key.pem')).map((name) => join(folder, name));
  // All are opened before the first is written: a wrong passphrase changes nothing.
  const keys = files.map((file) => ({ file, key: openWithEither(file, old, next) }));
  for (const { file, key } of keys) writeDurably(file, sealKey(key, next), { mode: 0o600 });
  say(`${keys.length} keys in ${folder} are ${next === undefined ? 'open' : 'sealed'} now.`);
  say('Copies of them elsewhere, of the root key above all, are as they were.');
  say('Start the authority again, with the passphrase as it is now.');
  return 0;
});

/** A run that was cut off has written some already: those open with the new passphrase. */
function openWithEither(file: string, old: string | undefined, next: string | undefined): KeyObject {
  try {
    return readKeyFile(file, old);
  } catch (error) {
    if (next === undefined) throw error;
    try {
      return createPrivateKey({ key: readFileSync(file), passphrase: next });
    } catch {
      throw error;
    }
  }
}

function firstLine(file: string): string {
  const [line = ''] = readFileSync(file, 'utf8').split(/\r?\n/, 1);
  if (line !== '') return line;
  throw new KeyError('unreadable', `${file} begins with an empty line.`);
}
