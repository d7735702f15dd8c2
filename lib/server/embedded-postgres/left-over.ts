/** A postmaster whose supervisor was killed lives on; the next start ends it before it starts its own. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './error.ts';

/** Ends a postmaster that outlived its supervisor, but only one that serves this very folder. */
export async function endLeftOver(folder: string): Promise<void> {
  const file = join(folder, 'postmaster.pid');
  if (!existsSync(file)) return;
  const [pidLine, servedFolder] = readFileSync(file, 'utf8').split('\n');
  const pid = Number(pidLine);
  if (servedFolder !== folder || !Number.isInteger(pid) || !isAlive(pid)) return;
  if (!isPostgres(pid)) {
    // The number was given to another program since. PostgreSQL would take that one for a living postmaster.
    rmSync(file, { force: true });
    return;
  }
  process.kill(pid, 'SIGINT');
  for (let tries = 0; tries < 200 && isAlive(pid); tries++) await sleep(50);
  if (isAlive(pid))
    throw new EmbeddedPostgresError(`An earlier PostgreSQL (process ${pid}) does not end; end it.`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isPostgres(pid: number): boolean {
  const commandLine = `/proc/${pid}/cmdline`;
  return (
    !existsSync('/proc/self') ||
    (existsSync(commandLine) && readFileSync(commandLine, 'utf8').includes('postgres'))
  );
}
