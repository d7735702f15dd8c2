/**
 * A whole Sigwatch as a person starts it: the real command in a process of its own, on free ports, with a data folder of
 * its own. Tests talk to it from outside only.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSql } from '#lib/server/database.ts';
import { freePorts } from './ports.ts';

const command = fileURLToPath(new URL('../../lib/cli/sigwatch.mjs', import.meta.url));

export type ProcessName = 'supervisor' | 'postgres' | 'log' | 'ca' | 'workers' | 'web';

export interface MailboxMessage {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Record<string, string>;
  readonly receivedAt: string;
}

export class Instance {
  readonly web: string;
  readonly ca: string;
  readonly log: string;
  readonly dataDir: string;
  private readonly env: NodeJS.ProcessEnv;
  private supervisor: ChildProcess | undefined;
  private readonly commands = new Set<ChildProcess>();
  private said = '';

  private constructor(dataDir: string, ports: readonly number[], extra: Record<string, string>) {
    const [web = 0, ca = 0, log = 0] = ports;
    this.dataDir = dataDir;
    this.web = `http://localhost:${web}`;
    this.ca = `http://localhost:${ca}`;
    this.log = `http://localhost:${log}`;
    this.env = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: 'production',
      DATA_DIR: dataDir,
      WEB_PORT: String(web),
      CA_PORT: String(ca),
      LOG_PORT: String(log),
      ...extra,
    };
  }

  static async create(extra: Record<string, string> = {}): Promise<Instance> {
    return new Instance(mkdtempSync(join(tmpdir(), 'sigwatch-instance-')), await freePorts(3), extra);
  }

  /** Starts, or starts again after a stop or a kill; resolves when every part is ready. */
  async start(): Promise<void> {
    this.said = '';
    const child = spawn(process.execPath, [command, 'start'], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.supervisor = child;
    await new Promise<void>((ready, fail) => {
      const timer = setTimeout(() => fail(new Error(`not ready in time: ${this.said}`)), 240_000);
      child.once('exit', () => fail(new Error(`did not start: ${this.said}`)));
      const listen = (chunk: Buffer) => {
        this.said += chunk.toString();
        if (!this.said.includes('Ready in')) return;
        clearTimeout(timer);
        child.removeAllListeners('exit');
        ready();
      };
      child.stdout?.on('data', listen);
      child.stderr?.on('data', listen);
    });
  }

  /** As Ctrl-C; resolves with the exit code. */
  async stop(): Promise<number | null> {
    const child = this.supervisor;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null;
    const exited = new Promise<number | null>((done) => child.once('exit', done));
    child.kill('SIGINT');
    return exited;
  }

  /** kill -9 of one process, found as an operator would find it. */
  kill(name: ProcessName): number {
    const pid = this.pids()[name];
    if (pid === undefined) throw new Error(`no process ${name}`);
    process.kill(pid, 'SIGKILL');
    return pid;
  }

  pids(): Partial<Record<ProcessName, number>> {
    return JSON.parse(readFileSync(join(this.dataDir, 'processes.json'), 'utf8')) as Record<
      ProcessName,
      number
    >;
  }

  /** Runs a command of this instance; resolves with what it printed, rejects with its complaint. */
  async run(...args: string[]): Promise<string> {
    const { code, out, complaint } = await this.attempt(args);
    if (code !== 0) throw new Error(`sigwatch ${args.join(' ')} ended with ${code}: ${complaint}`);
    return out;
  }

  /** The same, whatever it ends with; `extra` stands in for variables of the instance. */
  async attempt(
    args: readonly string[],
    extra: Record<string, string> = {},
  ): Promise<{ code: number | null; out: string; complaint: string }> {
    const child = spawn(process.execPath, [command, ...args], {
      env: { ...this.env, ...extra },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.commands.add(child);
    let [out, complaint] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    const code = await new Promise<number | null>((done) => child.once('close', done));
    this.commands.delete(child);
    return { code, out, complaint };
  }

  async mailbox(to: string): Promise<MailboxMessage[]> {
    const answer = await fetch(`${this.web}/api/dev/mailbox?to=${encodeURIComponent(to)}`);
    return (await answer.json()) as MailboxMessage[];
  }

  /** The digests of all alerts on record, repeats included, read from the embedded database as an operator would. */
  async alertedDigests(): Promise<string[]> {
    const password = readFileSync(join(this.dataDir, 'keys', 'database', 'password'), 'utf8').trim();
    const port = readFileSync(join(this.dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3] ?? '';
    const sql = openSql(`postgres://sigwatch:${password}@127.0.0.1:${port}/sigwatch`, {
      max: 1,
      name: 'test',
    });
    try {
      const rows = await sql<{ digest: string }[]>`SELECT facts->>'digest' AS digest FROM alert_alert`;
      return rows.map(({ digest }) => digest);
    } finally {
      await sql.end();
    }
  }

  /** What the supervisor printed since its last start. */
  output(): string {
    return this.said;
  }

  async remove(): Promise<void> {
    for (const command of this.commands) command.kill('SIGINT');
    await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
