/** `sigwatch ca reseal`: all private keys of the authority, the logs and the witness here, written again under the passphrase that is set now. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '#lib/server/durable-file.ts';
import { readSmallFile } from '#lib/server/small-file.ts';
import { keyFolder, keyPassphrase, readConfig } from '#lib/server/config.ts';
import { sealKey } from '#lib/server/key-file.ts';
import { readAuthorityKey } from '../keys/key-file.ts';
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
  const files = [
    ...filesIn(keyFolder(config, 'ca'), 'key.pem'),
    // A log of this instance may run on another machine, with a folder of its own.
    ...filesIn(keyFolder(config, 'log'), '.pem'),
    ...filesIn(keyFolder(config, 'workers'), 'witness.pem'),
  ];
  // All are opened before the first is written: a wrong passphrase changes nothing.
  const keys = files.map((file) => ({ file, key: openWithEither(file, old, next) }));
  for (const { file, key } of keys) writeDurably(file, sealKey(key, next), { mode: 0o600 });
  say(
    `${keys.length} keys below ${join(config.dataDir, 'keys')} are ${next === undefined ? 'open' : 'sealed'} now.`,
  );
  say('Copies of them elsewhere, of the root key above all, are as they were.');
  say('Start authority and log again, with the passphrase as it is now.');
  return 0;
});

function filesIn(folder: string, ending: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}

/** A run that was cut off has written some already: those open with the new passphrase. */
function openWithEither(file: string, old: string | undefined, next: string | undefined): KeyObject {
  try {
    return readAuthorityKey(file, old);
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
  const [line = ''] = readSmallFile(file).toString('utf8').split(/\r?\n/, 1);
  if (line !== '') return line;
  throw new KeyError('unreadable', `${file} begins with an empty line.`);
}
