/** A part in the foreground, on a database that may be new: its output is ours, and so are the signals it gets. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig, requireDatabaseUrl } from '../server/config.ts';
import { MigrationError } from '../server/migrate.ts';
import { projectFolder } from './start/child.ts';
import { bringUpToDate } from './start/database.ts';

const pauseMs = 1_000;

/** Several parts may be started at once: they wait for one another over the schema. */
export async function runAlone(main: string): Promise<void> {
  const url = requireDatabaseUrl(readConfig());
  let told = false;
  while (!(await isUpToDate(url, !told))) {
    told = true;
    await sleep(pauseMs);
  }
  const child = spawn(process.execPath, ['--enable-source-maps', '--import', 'tsx', main], {
    cwd: projectFolder,
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
}

/** False while the database cannot be reached. */
async function isUpToDate(url: string, tells: boolean): Promise<boolean> {
  try {
    await bringUpToDate(url);
    return true;
  } catch (error) {
    const { code = '', message } = error as Error & { code?: string };
    // Of the system and of postgres.js, or "the database system is starting up"; all else stays as it is.
    const mayPass = /^(E[A-Z]+|CONNECT\w+|57P03)$/.test(code);
    if (error instanceof MigrationError || !mayPass) throw error;
    if (tells) process.stderr.write(`sigwatch: the database does not answer (${message}); waiting for it\n`);
    return false;
  }
}
