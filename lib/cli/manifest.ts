/**
 * A folder is signed by its manifest, which `sha256sum --check` reads: every file by digest and path, in order. Made anew
 * from the folder it is the signed one only while no file was changed, taken away or added.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { CommandError, exitCode } from './exit-codes.ts';

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

export function manifestOf(folder: string): string {
  const name = basename(resolve(folder));
  const lines = filesBelow(folder).map((path) => {
    const inside = relative(folder, path).split(sep).join('/');
    if (/[\n\r\\]/.test(inside)) throw usage(`${inside}: a name with a line break cannot be in a manifest`);
    return `${createHash('sha256').update(readFileSync(path)).digest('hex')}  ${name}/${inside}\n`;
  });
  if (lines.length === 0) throw usage(`${folder} holds no file`);
  return lines.join('');
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    if (entry.isFile()) return [path];
    throw usage(`${path} is neither a file nor a folder, so a manifest cannot vouch for it`);
  });
}

function usage(message: string): CommandError {
  return new CommandError(exitCode.usage, message);
}
