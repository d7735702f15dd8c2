/**
 * One child process: started with an IPC channel (it leaves when the supervisor is gone), its log lines kept in a file,
 * restarted with back-off when it dies.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { LastWords } from './last-words.ts';
import { LogFile } from './log-file.ts';

export const projectFolder = fileURLToPath(new URL('../../..', import.meta.url));

export class ChildError extends Error {
  override readonly name = 'ChildError';
}

export interface ChildOptions {
  readonly name: string;
  /** Module below the project's folder, run by tsx. */
  readonly main: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFolder: string;
  /** Told about every start and about trouble, in words. */
  readonly onStart: (pid: number) => void;
  readonly onTrouble: (sentence: string) => void;
}

const startPatienceMs = 60_000;
/** A child that dies this soon after it was ready counts towards longer pauses. */
const steadyAfterMs = 30_000;
/** How long a part that served a moment ago is missed at most; one that cannot even start is tried ever less often. */
const longestPauseMs = { served: 1_000, neverServed: 15_000 } as const;

/** `times`: how often in a row it has ended soon after it began. */
export function pauseBeforeRestartMs(times: number, how: keyof typeof longestPauseMs): number {
  return Math.min(250 * 2 ** times, longestPauseMs[how]);
}

export class Child {
  private readonly options: ChildOptions;
  private current: ChildProcess | undefined;
  private stopping = false;
  private quickDeaths = 0;
  private failedStarts = 0;
  private readonly words = new LastWords();

  constructor(options: ChildOptions) {
    this.options = options;
  }

  /** Resolves when the child says it serves; rejects with its own reason when it cannot start. */
  async start(): Promise<void> {
    this.words.start();
    const child = this.spawn();
    await new Promise<void>((ready, fail) => {
      const timer = setTimeout(
        () => fail(this.reason(`did not become ready in ${startPatienceMs / 1000} s`)),
        startPatienceMs,
      );
      child.once('exit', () => fail(this.reason('ended while starting')));
      child.once('message', () => {
        clearTimeout(timer);
        this.failedStarts = 0;
        child.removeAllListeners('exit');
        this.words.serve();
        this.watch(child, Date.now());
        ready();
      });
    });
  }

  async stop(): Promise<void> {
    this.stopping = true;
    const child = this.current;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await exited;
    clearTimeout(timer);
  }

  private spawn(): ChildProcess {
    const { name, main, env, logFolder } = this.options;
    // A group of its own: Ctrl-C reaches the supervisor alone, which then stops everything in order.
    const child = spawn(process.execPath, ['--enable-source-maps', '--import', 'tsx', main], {
      cwd: projectFolder,
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    const file = new LogFile(logFolder, name);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        file.write(line);
        this.words.hear(line);
      });
    }
    this.current = child;
    if (child.pid !== undefined) this.options.onStart(child.pid);
    return child;
  }

  private watch(child: ChildProcess, readyAt: number): void {
    child.once('exit', (code, signal) => {
      if (this.stopping) return;
      this.quickDeaths = Date.now() - readyAt < steadyAfterMs ? this.quickDeaths + 1 : 0;
      const pauseMs = pauseBeforeRestartMs(this.quickDeaths, 'served');
      const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
      const why = this.words.cause === '' ? '' : ` (${this.words.cause})`;
      this.options.onTrouble(`${this.options.name} ${how}${why}; starting it again in ${pauseMs / 1000} s`);
      setTimeout(() => this.restart(), pauseMs);
    });
  }

  private restart(): void {
    if (this.stopping) return;
    this.start().catch((error: unknown) => {
      if (this.stopping) return;
      const pauseMs = pauseBeforeRestartMs(++this.failedStarts, 'neverServed');
      this.options.onTrouble(`${(error as Error).message} Trying again in ${pauseMs / 1000} s`);
      this.current?.kill('SIGKILL');
      setTimeout(() => this.restart(), pauseMs);
    });
  }

  private reason(what: string): ChildError {
    const why =
      this.words.cause === ''
        ? `See ${join(this.options.logFolder, this.options.name)}.log.`
        : this.words.cause;
    return new ChildError(`${this.options.name} ${what}: ${why}`);
  }
}
