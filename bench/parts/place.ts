/** A place for one measurement: an embedded PostgreSQL in a temporary folder, child processes, and what they cost. */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSql, type Sql } from '#lib/server/database.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#lib/server/embedded-postgres/start.ts';
import { migrate } from '#lib/server/migrate.ts';

export const hardware = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  node: process.version,
} as const;

export const loadAverage = (): string =>
  loadavg()
    .map((load) => load.toFixed(1))
    .join(' ');

export class BenchPlace {
  readonly folder: string;
  readonly postgres: EmbeddedPostgres;
  readonly sql: Sql;
  private readonly children: ChildProcess[] = [];

  private readonly isKept: boolean;

  private constructor(folder: string, postgres: EmbeddedPostgres, isKept: boolean) {
    this.folder = folder;
    this.postgres = postgres;
    this.isKept = isKept;
    this.sql = openSql(postgres.url, { max: 4, name: 'bench' });
  }

  /** `kept`: a folder that stays when it is closed, with what it holds already. */
  static async open(name: string, kept?: string): Promise<BenchPlace> {
    const folder = kept ?? mkdtempSync(join(tmpdir(), `sigwatch-bench-${name}-`));
    mkdirSync(folder, { recursive: true });
    const postgres = await startEmbeddedPostgres({
      folder: join(folder, 'postgres'),
      passwordFile: join(folder, 'password'),
      database: 'sigwatch',
    });
    const place = new BenchPlace(folder, postgres, kept !== undefined);
    await migrate(place.sql);
    return place;
  }

  /** A script of bench/, run by tsx, that talks by messages. */
  fork(script: string, args: readonly string[], execArgv: readonly string[] = []): ChildProcess {
    const file = fileURLToPath(new URL(`../${script}`, import.meta.url));
    const child = fork(file, args, {
      execArgv: ['--import', 'tsx', ...execArgv],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    this.children.push(child);
    return child;
  }

  /** Processor time of the database so far, all its processes, living and dead. */
  databaseCpuSeconds(): number {
    const postmaster = this.postgres.process.pid ?? 0;
    const ticksASecond = 100;
    const ticks = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => statOf(Number(pid)))
      .reduce((sum, stat) => {
        if (stat?.pid === postmaster) return sum + stat.own + stat.children;
        return stat?.parent === postmaster ? sum + stat.own : sum;
      }, 0);
    return ticks / ticksASecond;
  }

  async close(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL');
    await this.sql.end({ timeout: 1 });
    await this.postgres.stop();
    if (!this.isKept) rmSync(this.folder, { recursive: true, force: true });
  }
}

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly own: number;
  readonly children: number;
}

/** proc(5): the fields behind the name, which may itself hold spaces. */
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const at = (field: number): number => fields[field - 3] ?? 0;
    return { pid, parent: at(4), own: at(14) + at(15), children: at(16) + at(17) };
  } catch {
    return undefined;
  }
}

export function messageFrom<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`ended with ${String(code)} before it answered`)));
  });
}
