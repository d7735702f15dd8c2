/**
 * The log as it runs: its process and an embedded PostgreSQL, the load generator in a third process, on one machine.
 * `npm run bench -- log` takes about ten minutes; `--short` two. `--seconds N`, `--runs N`, `--entries N` (for recovery
 * and for tiles alone) set one thing; `--only writes`, `offered` or `tiles` measures one thing. `--cores N` keeps log and
 * database on the first N processors (the generator takes what is left); `--soak SECONDS` only watches memory under 300
 * writes a second; `--profile` tells where the log's processor time went, and what a batch waits for.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rssMb } from './parts/beside.ts';
import { generate, type Measured } from './log/generate.ts';
import { Place } from './log/place.ts';
import { readProfiles } from './log/profile.ts';
import { readStages } from './log/stages.ts';

const { values: given } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    runs: { type: 'string' },
    entries: { type: 'string' },
    connections: { type: 'string', default: '256' },
    profile: { type: 'boolean', default: false },
    cores: { type: 'string' },
    only: { type: 'string' },
    soak: { type: 'string' },
  },
});
const seconds = Number(given.seconds ?? (given.short ? 10 : 60));
const runs = Number(given.runs ?? (given.short ? 1 : 3));
const entries = Number(given.entries ?? (given.short ? 50_000 : 1_000_000));
const connections = Number(given.connections);
const offered = 300;
const mostWritesPerSecond = 6_000;

const median = (figures: readonly number[]): number =>
  [...figures].sort((a, b) => a - b)[figures.length >> 1] ?? NaN;
const rounded = (figure: number): number => Number(figure.toFixed(figure < 10 ? 2 : 0));

function say(what: string, measured: Measured): void {
  const { done, seconds: took, p50Ms, p99Ms, maxMs, load, cpuUs, logRssMb, statuses } = measured;
  const times = `p50 ${rounded(p50Ms)} ms, p99 ${rounded(p99Ms)} ms, longest ${rounded(maxMs)} ms`;
  const spent = `processor time each: log ${cpuUs.log} us, database ${cpuUs.database} us, generator ${cpuUs.generator} us`;
  process.stderr.write(
    `${what}: ${rounded(done / took)}/s, ${times}; ${spent}; log ${logRssMb} MB; load average ${load.join(' -> ')}; ${JSON.stringify(statuses)}\n`,
  );
}

async function series(what: string, times: number, run: () => Promise<Measured>): Promise<Measured[]> {
  const all: Measured[] = [];
  for (let at = 0; at < times; at++) {
    all.push(await run());
    say(what, all[at] as Measured);
  }
  return all;
}

const perSecond = ({ done, seconds: took }: Measured): number => done / took;

/** kill -9 under load, then the time until it serves again: recovered, and its HTTP open. */
async function recovery(place: Place): Promise<number> {
  const { port } = place;
  const under = generate({ kind: 'offered', port, seconds: 5, perSecond: offered }, place.pids).catch(
    () => undefined,
  );
  await new Promise((later) => setTimeout(later, 2_000));
  await place.end('SIGKILL');
  const took = await place.start();
  process.stderr.write(`recovery: ${rounded(took)} s\n`);
  await under;
  return took;
}

async function durability(place: Place): Promise<object> {
  const [row] = await place.withSql(
    (
      sql,
    ) => sql`SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit,
      current_setting('full_page_writes') AS full_page_writes`,
  );
  return { ...row, staging: 'fsync of file and folder before each commit' };
}

const soakWindow = 30;

/** Resident memory as time goes on, and how much a minute adds once the caches are full. */
async function soak(place: Place, whole: number): Promise<void> {
  const rss: number[] = [];
  const p99: number[] = [];
  let errors = 0;
  for (let at = 0; at < whole; at += soakWindow) {
    const window = Math.min(soakWindow, whole - at);
    const load = { kind: 'offered', port: place.port, seconds: window, perSecond: offered } as const;
    const measured = await generate(load, place.pids);
    say(`second ${at + window}`, measured);
    rss.push(measured.logRssMb);
    p99.push(measured.p99Ms);
    errors += measured.errors;
  }
  const half = rss.slice(rss.length >> 1);
  const grown = ((half.at(-1) ?? NaN) - (half[0] ?? NaN)) / (((half.length - 1) * soakWindow) / 60);
  const figures = { rssMb: rss, mbPerMinuteInSecondHalf: rounded(grown), p99Ms: rounded(median(p99)) };
  tell({ soakSeconds: whole, offered }, figures, errors);
}

function tell(settings: object, figures: object, errors: number): void {
  const hardware = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    node: process.version,
    loadAverage: loadavg()[0],
  };
  process.stdout.write(`${JSON.stringify({ bench: 'log', hardware, settings, figures, errors })}\n`);
}

/** Until the log has `entries`. */
async function fill(place: Place): Promise<void> {
  await place.end('SIGTERM');
  const program = fileURLToPath(new URL('log/fill.ts', import.meta.url));
  const run = ['--import', 'tsx', program, String(entries)];
  spawnSync(process.execPath, run, { env: { ...place.env }, stdio: ['ignore', 'ignore', 'inherit'] });
  await place.start(profile);
}

/** One thing alone, for a profile. */
async function single(place: Place, what: string): Promise<void> {
  const { port } = place;
  const writes = {
    kind: 'writes',
    port,
    seconds,
    connections,
    signed: mostWritesPerSecond * seconds,
  } as const;
  if (what === 'tiles') await fill(place);
  const loads = {
    writes,
    offered: { kind: 'offered', port, seconds, perSecond: offered },
    tiles: { kind: 'tiles', port, seconds, connections, entries },
  } as const;
  const load = loads[what as keyof typeof loads];
  const all = await series(what, runs, () => generate(load, place.pids));
  const [first] = all;
  const figures = {
    perSecond: rounded(median(all.map(perSecond))),
    p50Ms: rounded(median(all.map(({ p50Ms }) => p50Ms))),
    p99Ms: rounded(median(all.map(({ p99Ms }) => p99Ms))),
    cpuUs: first?.cpuUs,
  };
  const settings = { only: what, runs, seconds, connections, processors: given.cores ?? 'all' };
  tell(
    settings,
    figures,
    all.reduce((sum, one) => sum + one.errors, 0),
  );
}

async function measure(place: Place): Promise<void> {
  const { port } = place;
  const setup = {
    runs,
    seconds,
    connections,
    offered,
    entriesAtRecovery: entries,
    processors: given.cores ?? 'all',
    ...(await durability(place)),
  };
  const closed = { port, seconds, connections };
  const signed = mostWritesPerSecond * seconds;
  await generate({ kind: 'offered', port, seconds: 5, perSecond: offered }, place.pids);
  const calm = await series('offered 300/s', runs, () =>
    generate({ kind: 'offered', port, seconds, perSecond: offered }, place.pids),
  );
  const writes = await series('writes', runs, () =>
    generate({ kind: 'writes', ...closed, signed }, place.pids),
  );
  const logged = writes.reduce((sum, { done }) => sum + done, 0);
  const tiles = await series('tile reads', runs, () =>
    generate({ kind: 'tiles', ...closed, seconds: Math.min(seconds, 20), entries: logged }, place.pids),
  );
  const rss = rssMb(place.pids.log);
  await fill(place);
  const recoveries: number[] = [];
  for (let at = 0; at < runs; at++) recoveries.push(await recovery(place));
  const all = [...calm, ...writes, ...tiles];
  const figures = {
    writesPerSecond: rounded(median(writes.map(perSecond))),
    p50Ms: rounded(median(calm.map(({ p50Ms }) => p50Ms))),
    p99Ms: rounded(median(calm.map(({ p99Ms }) => p99Ms))),
    tileReadsPerSecond: rounded(median(tiles.map(perSecond))),
    recoverySeconds: rounded(median(recoveries)),
  };
  const load = all.map((one) => one.load[1]);
  const cpuUsPerWrite = writes[0]?.cpuUs;
  const errors = all.reduce((sum, one) => sum + one.errors, 0);
  tell({ ...setup, cpuUsPerWrite, logRssMb: rss, loadAverages: load }, figures, errors);
}

const place = await Place.open(given.cores === undefined ? undefined : Number(given.cores));
const profile = given.profile ? mkdtempSync(join(tmpdir(), 'sigwatch-profile-')) : undefined;
try {
  await place.start(profile);
  if (given.only !== undefined) await single(place, given.only);
  else await (given.soak === undefined ? measure(place) : soak(place, Number(given.soak)));
  if (profile !== undefined) {
    const stages = await readStages(place.port);
    await place.end('SIGTERM');
    process.stderr.write(`processor seconds of the log: ${JSON.stringify(readProfiles(profile))}\n`);
    process.stderr.write(`milliseconds of a batch, mean: ${JSON.stringify(stages)}\n`);
  }
} finally {
  await place.remove();
  if (profile !== undefined) rmSync(profile, { recursive: true });
}
