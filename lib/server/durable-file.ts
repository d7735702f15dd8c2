/** A file that is there whole or not at all, whatever moment the power goes: written beside its place, synced, renamed. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export interface DurableFileOptions {
  /** 0o600 for anything secret. */
  readonly mode?: number;
}

export function writeDurably(file: string, contents: Uint8Array | string, options: DurableFileOptions = {}) {
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}.new`;
  try {
    writeAndSync(beside, Buffer.from(contents), options.mode ?? 0o644);
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  syncFolder(dirname(file));
}

/** Gone for good when this returns. */
export function removeDurably(file: string): void {
  rmSync(file, { force: true });
  syncFolder(dirname(file));
}

function writeAndSync(file: string, contents: Buffer, mode: number): void {
  const handle = openSync(file, 'w', mode);
  try {
    for (let at = 0; at < contents.length;) at += writeSync(handle, contents, at);
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
