/** What load generators have in common: requests that were made before, asked as fast as answers come or at a set pace. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, type Reply } from '../log/connection.ts';

export interface Seen {
  readonly seconds: number;
  readonly done: number;
  readonly errors: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly cpuSeconds: number;
  readonly statuses: Record<string, number>;
}

/** Of everything asked: what was answered how, and how soon. */
export class Tally {
  private readonly statuses: Record<string, number> = {};
  private readonly latencies: number[] = [];
  private readonly wanted: number;

  constructor(wanted: number) {
    this.wanted = wanted;
  }

  note({ status }: Reply, since: number): void {
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    if (status === this.wanted) this.latencies.push(performance.now() - since);
  }

  lost(): void {
    this.statuses.lost = (this.statuses.lost ?? 0) + 1;
  }

  seen(seconds: number, before: NodeJS.CpuUsage): Seen {
    const { latencies, statuses } = this;
    latencies.sort((a, b) => a - b);
    const at = (share: number): number => latencies[Math.floor((latencies.length - 1) * share)] ?? NaN;
    const { user, system } = process.cpuUsage(before);
    const all = Object.values(statuses).reduce((sum, count) => sum + count, 0);
    return {
      seconds,
      done: latencies.length,
      errors: all - latencies.length,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      maxMs: at(1),
      cpuSeconds: (user + system) / 1e6,
      statuses,
    };
  }
}

export interface Loop {
  readonly port: number;
  readonly seconds: number;
  readonly tally: Tally;
}

/** Every connection asks again as soon as it has its answer; ends early when `next` has no more. */
export async function closedLoop(
  { port, seconds, tally }: Loop,
  connections: number,
  next: () => Buffer | undefined,
): Promise<void> {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)));
  const until = performance.now() + seconds * 1000;
  await Promise.all(
    open.map(async (connection) => {
      while (performance.now() < until) {
        const request = next();
        if (request === undefined) return;
        const since = performance.now();
        tally.note(await connection.ask(request), since);
      }
    }),
  ).catch(() => tally.lost());
  for (const connection of open) connection.close();
}

/** Requests that come whether they are kept up with or not; a latency counts from when its request was due. */
export async function openLoop(
  { port, tally }: Loop,
  perSecond: number,
  requests: readonly Buffer[],
): Promise<void> {
  const idle: Connection[] = [];
  const askOnce = async (request: Buffer, due: number): Promise<void> => {
    try {
      const connection = idle.pop() ?? (await Connection.open(port));
      tally.note(await connection.ask(request), due);
      idle.push(connection);
    } catch {
      tally.lost();
    }
  };
  const begun = performance.now();
  const pending: Promise<void>[] = [];
  for (let at = 0; at < requests.length;) {
    const due = begun + (at * 1000) / perSecond;
    const wait = due - performance.now();
    if (wait > 0) await sleep(Math.ceil(wait));
    else pending.push(askOnce(requests[at++] as Buffer, due));
  }
  await Promise.all(pending);
  for (const connection of idle) connection.close();
}

/** Says `ready` on a line, waits for a line, runs, and prints what it saw as one JSON object. */
export async function whenTold(tally: Tally, run: () => Promise<void>): Promise<void> {
  process.stdout.write('ready\n');
  await once(process.stdin, 'data');
  const [cpu, begun] = [process.cpuUsage(), performance.now()];
  await run();
  process.stdout.write(`${JSON.stringify(tally.seen((performance.now() - begun) / 1000, cpu))}\n`);
}
