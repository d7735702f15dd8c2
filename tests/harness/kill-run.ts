/**
 * Two workers share two logs, and one of them dies at a random moment, again and again. Afterwards everything is counted:
 * no entry passed over, no alert lost or made twice. The moments are random; a failure says the seed.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TestDatabase } from './database.ts';
import { eventually } from './eventually.ts';
import { HostileLog } from './hostile-log.ts';
import { confirmedWatch, serveTrust, trustRoot, type TrustServer } from './monitor.ts';
import { rekorLeaf, TestAuthority } from './test-authority.ts';
import { workersAsOneFile } from './workers-file.ts';

/** On a machine that has much else to do. */
const patienceMs = 300_000;

/** How hard the run is, where it is not as usual. */
export interface KillOptions {
  readonly entriesAKill?: number;
  /** So many names sign, each at a login provider of its own every time, so that each alert is an event. */
  readonly names?: number;
  /** The most requests to the logs between two kills. */
  readonly mostRequests?: number;
  /** Of the workers. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface KillCounts {
  readonly verified: number;
  readonly entries: number;
  readonly named: number;
  readonly counted: number;
  readonly matches: number;
  readonly alerts: number;
  readonly about: number;
}

export class KillRun {
  readonly seed = Date.now() % 100_000;
  appended = 0;
  private state = this.seed || 1;
  private readonly database: TestDatabase;
  private readonly options: KillOptions;
  private readonly authority = new TestAuthority();
  private readonly dataDir = mkdtempSync(join(tmpdir(), 'sigwatch-kill-'));
  private logs: HostileLog[] = [];
  private program = '';
  private trust: TrustServer | undefined;
  private readonly workers = new Map<number, ChildProcess>();

  private constructor(database: TestDatabase, options: KillOptions) {
    this.database = database;
    this.options = options;
  }

  static async open(database: TestDatabase, options: KillOptions = {}): Promise<KillRun> {
    const run = new KillRun(database, options);
    run.logs = [await HostileLog.start(), await HostileLog.start()];
    run.trust = await serveTrust(trustRoot(run.logs, [run.authority]));
    for (let name = 0; name < (options.names ?? 1); name++)
      await confirmedWatch(database, run.nameOf(name), `owner${name}@example.com`);
    run.program = await workersAsOneFile(run.dataDir);
    run.start(0);
    run.start(1);
    return run;
  }

  /** One dies at a moment of somebody's choosing: else before, between or after any step of reading and committing. */
  async kill(moment: () => Promise<void> = () => this.someRequests()): Promise<void> {
    const enough = this.appended + (this.options.entriesAKill ?? 40);
    const dying = moment();
    while ((await Promise.race([dying, pause(25, 'not yet')])) === 'not yet')
      if (this.appended < enough) this.append();
    while (this.appended < enough) this.append();
    const one = this.random(2);
    this.workers.get(one)?.kill('SIGKILL');
    this.start(one);
  }

  /** Resolves as many requests from now as chance will have it. */
  private async someRequests(): Promise<void> {
    const moment = this.requests() + 2 + this.random(this.options.mostRequests ?? 25);
    await eventually(() => {
      if (this.requests() <= moment) throw new Error(`seed ${this.seed}: nobody reads the logs`);
    }, patienceMs);
  }

  async counts(): Promise<KillCounts | undefined> {
    const [counts] = await this.database.sql<KillCounts[]>`
      SELECT (SELECT sum(verified_size)::int FROM monitor_log) AS verified,
             (SELECT count(*)::int FROM monitor_entry) AS entries,
             (SELECT count(DISTINCT (log_id, entry_index))::int FROM monitor_identity) AS named,
             (SELECT sum(entries)::int FROM monitor_name) AS counted,
             (SELECT count(*)::int FROM match_match) AS matches,
             (SELECT count(*)::int FROM alert_alert) AS alerts,
             (SELECT count(DISTINCT (log_id, entry_index))::int FROM alert_alert) AS about`;
    return counts;
  }

  async close(): Promise<void> {
    for (const worker of this.workers.values()) worker.kill('SIGKILL');
    await Promise.all([this.trust?.close(), ...this.logs.map((log) => log.stop())]);
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private append(): void {
    const claims = this.options.names === undefined ? {} : { issuer: `https://idp${this.appended}.example` };
    const certificate = this.authority.certify({ email: this.nameOf(this.appended), claims });
    this.logs[this.random(2)]?.append(rekorLeaf(certificate));
    this.appended++;
  }

  private nameOf(at: number): string {
    const { names } = this.options;
    return names === undefined ? 'dev@example.com' : `dev${at % names}@example.com`;
  }

  private requests(): number {
    return this.logs.reduce((sum, log) => sum + log.requests, 0);
  }

  private random(below: number): number {
    this.state = (this.state * 48_271) % 2_147_483_647;
    return this.state % below;
  }

  private start(place: number): void {
    const env = {
      NODE_ENV: 'production' as const,
      PATH: process.env['PATH'] ?? '',
      DATA_DIR: this.dataDir,
      DATABASE_URL: this.database.url,
      CA_URL: this.trust?.url ?? '',
      LOG_LEVEL: 'silent',
      ...this.options.environment,
    };
    this.workers.set(place, spawn(process.execPath, [this.program], { env, stdio: 'ignore' }));
  }
}

/** What the counts are when nothing was lost and nothing doubled. */
export function allOnce(appended: number): KillCounts {
  return {
    verified: appended,
    entries: appended,
    named: appended,
    counted: appended,
    matches: appended,
    alerts: appended,
    about: appended,
  };
}
