// PostgreSQL is killed under the workers again and again, in the middle of their work: they wait for it, or leave with a
// word and are there again within seconds, and no entry is passed over or told of twice.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Child } from '#lib/cli/start/child.ts';
import { openSql, type Sql } from '#lib/server/database.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#lib/server/embedded-postgres/start.ts';
import { migrate } from '#lib/server/migrate.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { HostileLog } from '#tests/harness/hostile-log.ts';
import { confirmedWatch, serveTrust, trustRoot, type TrustServer } from '#tests/harness/monitor.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigwatch-workers-loss-'));
const place = {
  folder: join(folder, 'postgres'),
  passwordFile: join(folder, 'password'),
  database: 'sigwatch',
};
const authority = new TestAuthority();
const starts: number[] = [];
const troubles: string[] = [];
let postgres: EmbeddedPostgres;
let sql: Sql;
let log: HostileLog;
let trust: TrustServer;
let workers: Child;
const settings = () => ({
  PATH: process.env['PATH'],
  NODE_ENV: 'production' as const,
  DATA_DIR: folder,
  DATABASE_URL: postgres.url,
  CA_URL: trust.url,
  LOG_URL: trust.url,
});

const signed = () => rekorLeaf(authority.certify({ email: 'dev@example.com', claims: { issuer: 'i' } }));

beforeAll(async () => {
  postgres = await startEmbeddedPostgres(place);
  sql = openSql(postgres.url, { max: 1, name: 'test' });
  await migrate(sql);
  await confirmedWatch({ sql, url: postgres.url }, 'dev@example.com', 'a@example.com');
  log = await HostileLog.start();
  trust = await serveTrust(trustRoot([log], [authority]));
  workers = new Child({
    name: 'workers',
    main: 'workers/main.ts',
    env: settings(),
    logFolder: join(folder, 'logs'),
    onStart: (pid) => starts.push(pid),
    onTrouble: (sentence) => troubles.push(sentence),
  });
  await workers.start();
}, 120_000);
afterAll(async () => {
  await workers.stop();
  await trust.close();
  await log.stop();
  await sql.end({ timeout: 1 });
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function killDatabase(awayMs: number): Promise<void> {
  const ended = once(postgres.process, 'exit');
  postgres.process.kill('SIGKILL');
  await ended;
  // Entries go on while nobody can keep them.
  log.append(signed());
  await pause(awayMs);
  postgres = await startEmbeddedPostgres({ ...place, port: Number(new URL(postgres.url).port) });
}

const told = async () => {
  const [row] = await sql<{ entries: number; alerts: number; matches: number }[]>`
    SELECT (SELECT count(*) FROM monitor_entry)::int AS entries, (SELECT count(*) FROM match_match)::int AS matches,
      (SELECT count(DISTINCT facts->>'index') FROM alert_alert)::int AS alerts`;
  return row;
};

// What the workers said is the first thing whoever sees this fail wants to know.
const said = () =>
  [...troubles, readFileSync(join(folder, 'logs', 'workers.log'), 'utf8').slice(-4000)].join('\n');

it('every entry is read and told of once, whenever the database died', async () => {
  for (const awayMs of [0, 300, 1500, 0]) {
    log.append(...Array.from({ length: 40 }, signed));
    await killDatabase(awayMs);
    const size = log.leaves.length;
    await eventually(
      async () => expect(await told(), said()).toEqual({ entries: size, matches: size, alerts: size }),
      40_000,
    );
  }
  // Once for each loss, in words; nothing else ended it.
  const lost = 'workers ended with code 75 (the database was lost';
  for (const sentence of troubles) expect(sentence.startsWith(lost)).toBe(true);
  expect([starts.length, troubles.length]).toEqual([5, 4]);
}, 240_000);

it('a process that was started alone does not end: it says that the database is lost, and goes on when it answers', async () => {
  await workers.stop();
  const command = fileURLToPath(new URL('../../lib/cli/sigwatch.mjs', import.meta.url));
  const alone = spawn(process.execPath, [command, 'workers'], {
    env: settings(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [lines, complaints] = ['', ''];
  alone.stdout.on('data', (chunk: Buffer) => (lines += chunk.toString()));
  alone.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const readAll = async () => {
    const size = log.leaves.length;
    await eventually(
      async () =>
        expect(await told(), lines.slice(-4000)).toEqual({ entries: size, matches: size, alerts: size }),
      60_000,
    );
  };
  log.append(signed());
  await readAll();
  await killDatabase(1500);
  await readAll();
  expect(alone.exitCode).toBeNull();
  expect(complaints).toContain('the database was lost; beginning anew when it answers');
  alone.kill('SIGTERM');
  const [code] = await once(alone, 'exit');
  expect(code).toBe(0);
}, 240_000);
