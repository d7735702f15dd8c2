/** A log process on a database of its own, in a folder of its own, as `npm start` runs them. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSql, type Sql } from '#lib/server/database.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#lib/server/embedded-postgres/start.ts';
import { migrate } from '#lib/server/migrate.ts';
import { freePorts } from '#tests/harness/ports.ts';
import type { Pids } from './generate.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

export class Place {
  readonly folder: string;
  readonly port: number;
  readonly database: EmbeddedPostgres;
  private child: ChildProcess | undefined;
  /** How many processors log and database may use; undefined: all. */
  private readonly cores: number | undefined;

  private constructor(folder: string, port: number, database: EmbeddedPostgres, cores: number | undefined) {
    this.cores = cores;
    this.folder = folder;
    this.port = port;
    this.database = database;
  }

  static async open(cores?: number): Promise<Place> {
    const folder = mkdtempSync(join(tmpdir(), 'sigwatch-bench-log-'));
    const [port = 0] = await freePorts(1);
    const database = await startEmbeddedPostgres({
      folder: join(folder, 'postgres'),
      passwordFile: join(folder, 'password'),
      database: 'sigwatch',
    });
    const place = new Place(folder, port, database, cores);
    place.confine(database.process.pid);
    await place.withSql((sql) => migrate(sql));
    return place;
  }

  async withSql<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const sql = openSql(this.database.url, { max: 1, name: 'bench' });
    return work(sql).finally(() => sql.end());
  }

  get env(): NodeJS.ProcessEnv {
    const { PATH = '', HOME = '' } = process.env;
    const settings = { DATA_DIR: this.folder, DATABASE_URL: this.database.url, LOG_PORT: String(this.port) };
    return { PATH, HOME, NODE_ENV: 'production', CA_URL: 'http://127.0.0.1:9', ...settings };
  }

  /** Resolves with the seconds until it serves. `profile`: a folder for --cpu-prof. */
  async start(profile?: string): Promise<number> {
    const begun = performance.now();
    const file = openSync(join(this.folder, 'log.out'), 'a');
    const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
    const args = [...profiling, '--enable-source-maps', '--import', 'tsx', 'log/main.ts'];
    const stdio = ['ignore', file, file, 'ipc'] as const;
    const child = spawn(process.execPath, args, { cwd: project, env: this.env, stdio: [...stdio] });
    this.child = child;
    this.confine(child.pid);
    await new Promise<void>((ready, fail) => {
      child.once('message', () => ready());
      child.once('exit', () => fail(new Error(`the log did not start, see ${this.folder}/log.out`)));
    });
    return (performance.now() - begun) / 1000;
  }

  /** Threads and children that come later inherit it. The generator keeps to the other processors. */
  private confine(pid: number | undefined): void {
    if (this.cores === undefined) return;
    const list = `0-${this.cores - 1}`;
    const done = spawnSync('taskset', ['-a', '-c', '-p', list, String(pid)]);
    if (done.status !== 0) throw new Error(`taskset does not work here: ${String(done.stderr)}`);
    if (this.cores < cpus().length)
      spawnSync('taskset', ['-a', '-c', '-p', `${this.cores}-${cpus().length - 1}`, String(process.pid)]);
  }

  get pids(): Pids {
    return { log: this.child?.pid ?? 0, database: this.database.process.pid ?? 0 };
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await exited;
  }

  async remove(): Promise<void> {
    await this.end('SIGTERM');
    await this.database.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
