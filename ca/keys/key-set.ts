/**
 * The key set on disk, DATA_DIR/keys/ca/authority. It is written whole beside its place and renamed there, so a start
 * that was cut off leaves either a complete set or none. `root.key.pem` is read by nothing at run time: copy it to a
 * safe place and remove it.
 */
import {
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  fsyncSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { generateKeySet, type KeySet, type KeySetFile } from './generate.ts';
import { sealKey } from '#lib/server/key-file.ts';
import { KeyError } from './signer.ts';

const needed: readonly KeySetFile[] = ['intermediate.key.pem', 'chain.pem', 'tsa.key.pem', 'tsa-chain.pem'];

/** The folder that holds the set, made if there is none. */
export async function ensureKeySet(keyFolder: string, now: Date, passphrase?: string): Promise<string> {
  const folder = join(keyFolder, 'authority');
  mkdirSync(keyFolder, { recursive: true, mode: 0o700 });
  clearCutOff(keyFolder);
  if (!existsSync(folder)) place(keyFolder, folder, await generateKeySet('Sigwatch', now), passphrase);
  const missing = needed.filter((file) => !existsSync(join(folder, file)));
  if (missing.length > 0) {
    // Making a new set over half an old one would orphan every certificate issued so far.
    throw new KeyError('incomplete-set', `${folder} lacks ${missing.join(', ')}: restore it from a backup.`);
  }
  return folder;
}

const unfinished = 'authority.new-';

function clearCutOff(keyFolder: string): void {
  for (const name of readdirSync(keyFolder)) {
    const pid = name.startsWith(unfinished) ? Number(name.slice(unfinished.length)) : undefined;
    if (pid !== undefined && !isAlive(pid)) rmSync(join(keyFolder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return pid !== process.pid && process.kill(pid, 0);
  } catch {
    return false;
  }
}

function place(keyFolder: string, folder: string, set: KeySet, passphrase: string | undefined): void {
  const beside = join(keyFolder, `${unfinished}${process.pid}`);
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside, { mode: 0o700 });
  for (const [name, contents] of Object.entries(set)) {
    const isKey = name.endsWith('.key.pem');
    writeDurably(join(beside, name), isKey ? sealKey(createPrivateKey(contents), passphrase) : contents);
  }
  syncFolder(beside);
  try {
    renameSync(beside, folder);
  } catch (error) {
    // Another process was first: a rename onto a folder that is not empty fails, and its set is the one.
    if (!existsSync(folder)) throw error;
    rmSync(beside, { recursive: true, force: true });
  }
  syncFolder(keyFolder);
}

function writeDurably(file: string, contents: string): void {
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeSync(handle, contents);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
