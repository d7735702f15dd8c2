/** What a broken-off check leaves behind, so that the next one need not read what it has read. */
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { fromBase64, toBase64 } from '#lib/encoding/base64.ts';
import type { CheckState } from '#lib/fsck/check-tiles.ts';
import { readSmallFile } from '../server/small-file.ts';
import { FsckError } from './fsck-error.ts';

const stored = z.object({
  log: z.string(),
  done: z.string().regex(/^\d{1,19}$/),
  hashes: z.array(z.string().transform((text) => fromBase64(text) ?? new Uint8Array(1))),
});

/** Undefined when there is no such file. */
export async function readState(file: string, log: string): Promise<CheckState | undefined> {
  if (!existsSync(file)) return undefined;
  const text = readNamed(file);
  try {
    const state = stored.parse(JSON.parse(text));
    if (state.log === log) return { done: BigInt(state.done), hashes: state.hashes };
  } catch (cause) {
    throw new FsckError('usage', `${file} is not the state of a check.`, { cause });
  }
  throw new FsckError('usage', `${file} is the state of a check of another log.`);
}

/** A file that a command was given. */
function readNamed(file: string): string {
  try {
    return readSmallFile(file).toString('utf8');
  } catch (cause) {
    throw new FsckError('usage', `${file} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}

export async function writeState(file: string, log: string, { done, hashes }: CheckState): Promise<void> {
  const text = JSON.stringify({ log, done: `${done}`, hashes: hashes.map(toBase64) });
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

export async function dropState(file: string): Promise<void> {
  await rm(file, { force: true });
}
