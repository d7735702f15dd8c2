/** How the private keys of this machine lie on disk. The doctor reads the first line of a file, never a key. */
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { keyFolder, keyPassphrase, type Config } from '../../server/config.ts';
import { examine, Ill, type Finding } from './finding.ts';

const beginning = 128;

export async function examineKeys(config: Config): Promise<Finding[]> {
  return [await examine('private keys', () => sayKeys(config))];
}

function sayKeys(config: Config): string {
  const files = [
    ...(['ca', 'log'] as const).flatMap((process) => pemFiles(keyFolder(config, process))),
    ...pemFiles(keyFolder(config, 'workers')).filter((file) => file.endsWith('witness.pem')),
  ];
  const heads = files.map((file) => ({ file, head: headOf(file) }));
  const open = heads.filter(({ head }) => head.includes('BEGIN PRIVATE KEY')).map(({ file }) => file);
  const sealed = heads.filter(({ head }) => head.includes('BEGIN ENCRYPTED PRIVATE KEY')).length;
  if (open.length + sealed === 0) return 'None are on this machine.';
  if (open.length === 0) return `All ${sealed} are sealed with a passphrase.`;
  if (keyPassphrase(config) === undefined)
    return `${open.length} are plain files, 0600, and ${sealed} are sealed: KEY_PASSPHRASE would seal new ones.`;
  const said = `KEY_PASSPHRASE is set, but ${open.length} of ${open.length + sealed} are plain files: ${open.join(', ')}.`;
  throw new Ill(said, 'Stop authority and log, and run: sigwatch ca reseal', 'warning');
}

function pemFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.pem')).map((name) => join(folder, name));
}

function headOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(beginning);
    return bytes.toString('latin1', 0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}
