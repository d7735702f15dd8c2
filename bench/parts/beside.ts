/** Runs a load generator beside what it loads, and measures what each process spends meanwhile. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Seen } from './load-loops.ts';

export interface Beside<Name extends string> extends Seen {
  /** One-minute load average of the machine, before and after. */
  readonly load: readonly [number, number];
  /** Microseconds of processor time for each answer. */
  readonly cpuUs: Readonly<Record<Name | 'generator', number>>;
}

/** `pids`: of processes with all their children. */
export async function runBeside<Name extends string>(
  program: URL,
  load: object,
  pids: Readonly<Record<Name, number>>,
): Promise<Beside<Name>> {
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(program), JSON.stringify(load)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const before = spent(pids);
  const loadBefore = loadavg()[0] ?? 0;
  child.stdin.write('go\n');
  const { value } = (await lines.next()) as { value: string | undefined };
  if (value === undefined) throw new Error('the load generator ended');
  const seen = JSON.parse(value) as Seen;
  const after = spent(pids);
  const each = (seconds: number): number => Math.round((seconds * 1e6) / Math.max(1, seen.done));
  const names = Object.keys(pids) as Name[];
  const cpuUs = Object.fromEntries(names.map((name) => [name, each(after[name] - before[name])]));
  return {
    ...seen,
    load: [loadBefore, loadavg()[0] ?? 0],
    cpuUs: { ...(cpuUs as Record<Name, number>), generator: each(seen.cpuSeconds) },
  };
}

function spent<Name extends string>(pids: Readonly<Record<Name, number>>): Record<Name, number> {
  return Object.fromEntries(
    Object.entries<number>(pids).map(([name, pid]) => [name, treeSeconds(pid)]),
  ) as Record<Name, number>;
}

const ticksPerSecond = 100;

/** utime and stime of proc(5), and of children that were waited for. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ');
  return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) / ticksPerSecond;
}

/** Processor time so far, with the children it has now: of PostgreSQL's first process, the backends. */
export function treeSeconds(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
    .trim()
    .split(' ')
    .filter(Boolean);
  return [pid, ...children.map(Number)].reduce((sum, each) => sum + cpuSeconds(each), 0);
}

export function rssMb(pid: number): number {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return Math.round(Number(kb) / 1024);
}
