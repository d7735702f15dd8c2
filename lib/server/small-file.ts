/** Files that somebody names: read to a limit, not by their size, since a device or a pipe states none and may never end. */
import { closeSync, openSync, readSync } from 'node:fs';

/** Keys, chains, passphrases, trust files: what people write, or programs for them. */
export const smallFile = 16 * 1024 * 1024;

/** `-` is standard input. Throws an Error that says why not. */
export function readSmallFile(path: string, most = smallFile): Buffer {
  const file = path === '-' ? 0 : openSync(path, 'r');
  try {
    return readUpTo(file, most);
  } finally {
    if (file !== 0) closeSync(file);
  }
}

function readUpTo(file: number, most: number): Buffer {
  const parts: Buffer[] = [];
  const chunk = Buffer.allocUnsafe(256 * 1024);
  let length = 0;
  for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
    length += read;
    if (length > most) throw new Error('it is too long');
    parts.push(Buffer.from(chunk.subarray(0, read)));
  }
  return Buffer.concat(parts, length);
}
