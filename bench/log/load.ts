/**
 * The load generator, a process of its own: argv[2] is a Load as JSON. Everything is signed first; it then says `ready`
 * on a line, waits for a line, and prints what it saw as one JSON object.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, type Reply } from './connection.ts';
import { signSubmissions } from './submissions.ts';

export type Load =
  /** As many writes as the log takes: every connection asks again as soon as it has its answer. */
  | { kind: 'writes'; port: number; seconds: number; connections: number; signed: number }
  /** Writes that come whether the log keeps up or not; a latency counts from when its request was due. */
  | { kind: 'offered'; port: number; seconds: number; perSecond: number }
  | { kind: 'tiles'; port: number; seconds: number; connections: number; entries: number };

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

const statuses: Record<string, number> = {};
const latencies: number[] = [];

function note({ status }: Reply, since: number, wanted: number): void {
  statuses[status] = (statuses[status] ?? 0) + 1;
  if (status === wanted) latencies.push(performance.now() - since);
}

function lost(): void {
  statuses.lost = (statuses.lost ?? 0) + 1;
}

async function closedLoop(
  connections: Connection[],
  next: () => Buffer | undefined,
  wanted: number,
  until: number,
) {
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() < until) {
        const request = next();
        if (request === undefined) return;
        const since = performance.now();
        note(await connection.ask(request), since, wanted);
      }
    }),
  ).catch(lost);
}

async function openLoop(port: number, requests: Buffer[], perSecond: number): Promise<void> {
  const idle: Connection[] = [];
  const begun = performance.now();
  const pending: Promise<void>[] = [];
  for (let at = 0; at < requests.length;) {
    const due = begun + (at * 1000) / perSecond;
    const wait = due - performance.now();
    if (wait > 0) {
      await sleep(Math.ceil(wait));
      continue;
    }
    pending.push(askOnce(port, idle, requests[at++] as Buffer, due));
  }
  await Promise.all(pending);
  for (const connection of idle) connection.close();
}

async function askOnce(port: number, idle: Connection[], request: Buffer, due: number): Promise<void> {
  try {
    const connection = idle.pop() ?? (await Connection.open(port));
    note(await connection.ask(request), due, 201);
    idle.push(connection);
  } catch {
    lost();
  }
}

/** Full tiles and bundles anywhere in the log, as monitors and verifiers ask for them. */
function tileRequests(host: string, entries: number): Buffer[] {
  const full = Math.floor(entries / 256);
  return Array.from({ length: 2_000 }, () => {
    const index = String(Math.floor(Math.random() * full)).padStart(3, '0');
    const grouped = index.length > 3 ? `x${index.slice(0, -3).padStart(3, '0')}/${index.slice(-3)}` : index;
    const level = Math.random() < 0.5 ? '0' : 'entries';
    return Buffer.from(`GET /tile/${level}/${grouped} HTTP/1.1\r\nhost: ${host}\r\n\r\n`, 'latin1');
  });
}

async function run(load: Load): Promise<void> {
  const host = `localhost:${load.port}`;
  const count =
    load.kind === 'writes' ? load.signed : load.kind === 'offered' ? load.perSecond * load.seconds : 0;
  const requests =
    load.kind === 'tiles' ? tileRequests(host, load.entries) : await signSubmissions(count, host);
  process.stdout.write('ready\n');
  await once(process.stdin, 'data');
  const cpu = process.cpuUsage();
  const begun = performance.now();
  if (load.kind === 'offered') await openLoop(load.port, requests, load.perSecond);
  else {
    const connections = await Promise.all(
      Array.from({ length: load.connections }, () => Connection.open(load.port)),
    );
    let at = 0;
    const next = (): Buffer | undefined =>
      load.kind === 'tiles' ? requests[at++ % requests.length] : requests[at++];
    await closedLoop(connections, next, load.kind === 'tiles' ? 200 : 201, begun + load.seconds * 1000);
    for (const connection of connections) connection.close();
  }
  report((performance.now() - begun) / 1000, cpu);
}

function report(seconds: number, before: NodeJS.CpuUsage): void {
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor((latencies.length - 1) * share)] ?? NaN;
  const { user, system } = process.cpuUsage(before);
  const all = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  const seen: Seen = {
    seconds,
    done: latencies.length,
    errors: all - latencies.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
    cpuSeconds: (user + system) / 1e6,
    statuses,
  };
  process.stdout.write(`${JSON.stringify(seen)}\n`);
}

await run(JSON.parse(process.argv[2] ?? '') as Load);
process.exit(0);
