/** A part in the foreground, on a database that may be new: its output is ours, and so are the signals it gets. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig, requireDatabaseUrl } from '../server/config.ts';
import { lostDatabaseCode } from '../server/lifetime.ts';
import { MigrationError } from '../server/migrate.ts';
import { projectFolder } from './start/child.ts';
import { bringUpToDate } from './start/database.ts';

const pauseMs = 1_000;

/** Several parts may be started at once: they wait for one another over the schema. */
export async function runAlone(main: string): Promise<void> {
  let current: ChildProcess | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => (current === undefined ? process.exit(130) : current.kill(signal)));
  for (;;) {
    await databaseThere();
    current = spawn(process.execPath, ['--enable-source-maps', '--import', 'tsx', main], {
      cwd: projectFolder,
      stdio: 'inherit',
    });
    const code = await exitCodeOf(current);
    if (code !== lostDatabaseCode) process.exit(code);
    current = undefined;
    // A fresh process waits for the database, as under `npm start`.
    process.stderr.write('sigwatch: the database was lost; beginning anew when it answers\n');
    await sleep(pauseMs);
  }
}

async function exitCodeOf(child: ChildProcess): Promise<number> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

async function databaseThere(): Promise<void> {
  const url = requireDatabaseUrl(readConfig());
  let told = false;
  while (!(await isUpToDate(url, !told))) {
    told = true;
    await sleep(pauseMs);
  }
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
