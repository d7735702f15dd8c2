/** Runs the load generator beside the log, and measures what each process spends meanwhile. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Load, Seen } from './load.ts';

export interface Measured extends Seen {
  /** One-minute load average of the machine, before and after. */
  readonly load: readonly [number, number];
  /** Microseconds of processor time for each answer. */
  readonly cpuUs: { readonly log: number; readonly database: number; readonly generator: number };
  readonly logRssMb: number;
}

export interface Pids {
  readonly log: number;
  readonly database: number;
}

export async function generate(load: Load, pids: Pids): Promise<Measured> {
  const program = fileURLToPath(new URL('load.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(load)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const before = {
    log: cpuSeconds(pids.log),
    database: databaseSeconds(pids.database),
    load: loadavg()[0] ?? 0,
  };
  child.stdin.write('go\n');
  const { value } = (await lines.next()) as { value: string | undefined };
  if (value === undefined) throw new Error('the load generator ended');
  const seen = JSON.parse(value) as Seen;
  const each = (seconds: number): number => Math.round((seconds * 1e6) / Math.max(1, seen.done));
  return {
    ...seen,
    load: [before.load, loadavg()[0] ?? 0],
    cpuUs: {
      log: each(cpuSeconds(pids.log) - before.log),
      database: each(databaseSeconds(pids.database) - before.database),
      generator: each(seen.cpuSeconds),
    },
    logRssMb: rssMb(pids.log),
  };
}

const ticksPerSecond = 100;

/** utime and stime of proc(5), and of children that were waited for. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ');
  return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) / ticksPerSecond;
}

/** The postmaster and its backends, which are its children. */
function databaseSeconds(postmaster: number): number {
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'latin1')
    .trim()
    .split(' ');
  return [postmaster, ...children.map(Number)].reduce((sum, pid) => sum + cpuSeconds(pid), 0);
}

export function rssMb(pid: number): number {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return Math.round(Number(kb) / 1024);
}
