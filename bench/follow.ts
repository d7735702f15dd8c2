/**
 * How fast the monitor catches up with a log: tiles fetched over HTTP, root recomputed, every entry parsed, its certificate
 * chain checked, matched against 100,000 confirmed watches and indexed in PostgreSQL, all on this machine. The log is
 * written once and kept in the temporary folder. `--kind rekor-v1` follows the same as a Rekor v1 log over its REST API.
 * `--entries N` (200,000; of Rekor v1 40,960, since it takes longer), `--watches N`, `--runs N`, `--profile FOLDER`: where
 * the time of the follower's thread goes, in the figures.
 */
import { spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fromProtoBase64 } from '#lib/encoding/base64.ts';
import type { FollowResult, FollowTask } from './follow/run-follow.ts';
import { profileOf } from './follow/profile.ts';
import { seedWatches } from './follow/watches.ts';
import { BenchPlace, hardware, loadAverage, messageFrom } from './parts/place.ts';

const { values: given } = parseArgs({
  options: {
    kind: { type: 'string', default: 'rekor-v2' },
    entries: { type: 'string' },
    watches: { type: 'string', default: '100000' },
    runs: { type: 'string', default: '3' },
    profile: { type: 'string' },
    node: { type: 'string' },
  },
});
const isV1 = given.kind === 'rekor-v1';
const entries = Number(given.entries ?? (isV1 ? 40_960 : 200_000));
const folder = join(tmpdir(), `sigwatch-bench-follow-${isV1 ? 'v1-' : ''}${entries}`);
const logId = 'bench';

function buildOnce(): void {
  if (existsSync(folder)) return;
  process.stderr.write(`writing a log of ${entries} entries to ${folder}\n`);
  const script = fileURLToPath(new URL('follow/build-log.ts', import.meta.url));
  const { status } = spawnSync(process.execPath, [
    '--import',
    'tsx',
    script,
    folder,
    String(entries),
    given.kind,
  ]);
  if (status !== 0) throw new Error('the log was not written');
}

interface Followed extends FollowResult {
  readonly errors: number;
  readonly load: string;
  /** Seconds of processor time. */
  readonly databaseCpu: number;
  readonly serverCpu: number;
  readonly matches: number;
}

async function follow(): Promise<Followed> {
  const place = await BenchPlace.open('follow');
  try {
    const server = await listLog(place);
    await seedWatches(place.sql, Number(given.watches));
    await place.sql`VACUUM ANALYZE account_watch`;
    const profiling =
      given.profile === undefined
        ? (given.node?.split(' ') ?? [])
        : ['--cpu-prof', `--cpu-prof-dir=${given.profile}`];
    const child = place.fork('follow/run-follow.ts', [], profiling);
    const exited = new Promise((done) => child.once('exit', done));
    const before = loadAverage();
    const databaseBefore = place.databaseCpuSeconds();
    const serverBefore = await cpuSecondsOf(server);
    const task: FollowTask = {
      databaseUrl: place.postgres.url,
      trustedRoot: join(folder, 'trusted_root.json'),
      logId,
    };
    child.send(task);
    const result = await messageFrom<FollowResult>(child);
    const databaseCpu = place.databaseCpuSeconds() - databaseBefore;
    const serverCpu = (await cpuSecondsOf(server)) - serverBefore;
    const [row] = await place.sql<{ entries: number; untrusted: number; matches: number; state: string }[]>`
      SELECT (SELECT count(*) FROM monitor_entry)::int AS entries, (SELECT state FROM monitor_log) AS state,
             (SELECT count(*) FROM monitor_entry WHERE trust <> 'trusted')::int AS untrusted,
             (SELECT count(*) FROM match_match)::int AS matches`;
    const wrong = row?.state !== 'following' || row.entries !== entries;
    if (given.profile !== undefined) await exited;
    const errors = (row?.untrusted ?? 0) + (wrong ? 1 : 0);
    return {
      ...result,
      errors,
      load: `${before} -> ${loadAverage()}`,
      databaseCpu,
      serverCpu,
      matches: row?.matches ?? 0,
    };
  } finally {
    await place.close();
  }
}

/** Serves the folder from a process of its own, and lists what it serves. */
async function listLog(place: BenchPlace): Promise<ChildProcess> {
  const server = place.fork(isV1 ? 'follow/serve-log-v1.ts' : 'follow/serve-log.ts', [folder]);
  const line = await new Promise<string>((resolve) =>
    server.stdout?.once('data', (data) => resolve(String(data).trim())),
  );
  const trust = JSON.parse(readFileSync(join(folder, 'trusted_root.json'), 'utf8'));
  const tiles = { port: line, publicKey: trust.tlogs[0].publicKey.rawBytes, origin: 'log.bench' };
  const served: typeof tiles = isV1 ? JSON.parse(line) : tiles;
  const key = fromProtoBase64(served.publicKey) ?? new Uint8Array(0);
  await place.sql`
    INSERT INTO monitor_log (id, kind, dialect, name, url, origin, public_key)
    VALUES (${logId}, ${given.kind}, ${isV1 ? 'rekor-v1' : 'tiles'}, 'bench', ${`http://127.0.0.1:${served.port}`}, ${served.origin}, ${key})`;
  return server;
}

async function cpuSecondsOf(child: ChildProcess): Promise<number> {
  child.send('cpu');
  const { user, system } = await messageFrom<NodeJS.CpuUsage>(child);
  return (user + system) / 1e6;
}

const perEntryUs = (seconds: number): number => Math.round((seconds * 1e6) / entries);

buildOnce();
const results: Followed[] = [];
for (let run = 0; run < Number(given.runs); run++) {
  const result = await follow();
  results.push(result);
  const { seconds, cpuSeconds, databaseCpu, serverCpu, rssMb, load, matches } = result;
  process.stderr.write(
    `${Math.round(entries / seconds)} entries/s, processor time an entry: follower ${perEntryUs(cpuSeconds)} us, ` +
      `database ${perEntryUs(databaseCpu)} us, log server ${perEntryUs(serverCpu)} us; ${Math.round(rssMb)} MB; ${matches} matches; load average ${load}\n`,
  );
}
const byTime = results.toSorted((a, b) => a.seconds - b.seconds);
const median = byTime[byTime.length >> 1];
if (median === undefined) throw new Error('no run');
process.stdout.write(
  `${JSON.stringify({
    bench: 'follow',
    hardware,
    settings: {
      kind: given.kind,
      entries,
      watches: Number(given.watches),
      runs: results.length,
      fsync: 'on',
      synchronousCommit: 'on',
      loadAverage: median.load,
    },
    figures: {
      entriesPerSecond: Math.round(entries / median.seconds),
      rssMb: Math.round(Math.max(...results.map(({ rssMb }) => rssMb))),
      followerCpuUs: perEntryUs(median.cpuSeconds),
      databaseCpuUs: perEntryUs(median.databaseCpu),
      logServerCpuUs: perEntryUs(median.serverCpu),
      matches: median.matches,
      ...(given.profile === undefined ? {} : { mainThreadPercent: profileOf(given.profile) }),
    },
    errors: results.reduce((sum, { errors }) => sum + errors, 0),
  })}\n`,
);
