/**
 * One writer of the repository at a time: the running service and a command of the operator both sign. The lock is a
 * file with the owner's process id; the lock of a process that is gone is taken over.
 */
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TufError } from './tuf-error.ts';

const mostTries = 50;

export function withLock<T>(keyFolder: string, work: () => T): T {
  mkdirSync(keyFolder, { recursive: true, mode: 0o700 });
  const file = join(keyFolder, 'lock');
  if (!take(file)) {
    if (isHeld(file)) {
      throw new TufError('busy', `Another process is signing the TUF repository (${file}): try again.`);
    }
    rmSync(file, { force: true });
    if (!take(file)) throw new TufError('busy', `${file} is being taken by another process: try again.`);
  }
  try {
    return work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** The same for a command, which can wait until the service has done its signature. */
export async function withLockSoon<T>(keyFolder: string, work: () => T): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return withLock(keyFolder, work);
    } catch (error) {
      if (!(error instanceof TufError && error.code === 'busy') || tries === mostTries) throw error;
      await pause(100);
    }
  }
}

/** Linked into place with its contents: nobody ever reads an empty lock. */
function take(file: string): boolean {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, String(process.pid), { mode: 0o600 });
  try {
    linkSync(mine, file);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function isHeld(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    // Our own number from before a restart: all work here is synchronous, so we hold nothing now.
    return pid !== process.pid && pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
