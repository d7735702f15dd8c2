/** Whatever dies, and wherever: a batch is there whole or not at all, and nothing is told twice or never. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { HostileLog } from '#tests/harness/hostile-log.ts';
import {
  confirmedWatch,
  runMonitor,
  serveTrust,
  trustRoot,
  type RunningMonitor,
  type TrustServer,
} from '#tests/harness/monitor.ts';
import { redisInstalled, startRedis } from '#tests/harness/redis.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';

const authority = new TestAuthority();
/** Two hours after the one before, so that no two are one event. */
const signed = () =>
  rekorLeaf(authority.certify({ email: 'dev@example.com', notBefore: new Date((signedAt += 7_200_000)) }));
let signedAt = Date.parse('2025-01-01T00:00:00Z');
const dataDir = mkdtempSync(join(tmpdir(), 'sigwatch-workers-'));

let database: TestDatabase;
let log: HostileLog;
let trust: TrustServer;
const closers: (() => Promise<unknown> | unknown)[] = [];

beforeEach(async () => {
  database = await freshDatabase();
  log = await HostileLog.start();
  trust = await serveTrust(trustRoot([log], [authority]));
  closers.push(
    () => log.stop(),
    () => trust.close(),
    () => rmSync(dataDir, { recursive: true, force: true }),
  );
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function counts(): Promise<Record<string, number>> {
  const [row] = await database.sql`
    SELECT (SELECT count(*)::int FROM monitor_entry) AS entries, (SELECT count(*)::int FROM monitor_identity) AS identities,
           (SELECT coalesce(sum(entries), 0)::int FROM monitor_name) AS named,
           (SELECT count(*)::int FROM match_match) AS matches, (SELECT count(*)::int FROM alert_alert) AS alerts,
           (SELECT count(*)::int FROM mail_outbox) AS mails, (SELECT sum(verified_size)::int FROM monitor_log) AS verified`;
  return row as Record<string, number>;
}
const all = (count: number) => ({
  entries: count,
  identities: count,
  named: count,
  matches: count,
  alerts: count,
  mails: count,
  verified: count,
});

describe('a batch is one transaction', () => {
  const tables = [
    'monitor_entry',
    'monitor_identity',
    'monitor_name',
    'monitor_checkpoint',
    'match_match',
    'alert_alert',
    'mail_outbox',
  ];

  it.each(tables)('when %s cannot be written nothing is, and everything is once it can', async (table) => {
    await confirmedWatch(database, 'dev@example.com', 'a@example.com');
    const monitor: RunningMonitor = await runMonitor(database, { trustUrl: trust.url });
    closers.push(() => monitor.stop());
    await eventually(async () =>
      expect(await database.sql`SELECT 1 FROM monitor_log WHERE state = 'following'`).toHaveLength(1),
    );
    await database.sql.unsafe(`ALTER TABLE ${table} ADD CONSTRAINT broken CHECK (false) NOT VALID`);
    log.append(signed(), signed());
    const seen = log.requests;
    await eventually(() => expect(log.requests).toBeGreaterThan(seen + 6));
    expect(await counts()).toEqual(all(0));
    await database.sql.unsafe(`ALTER TABLE ${table} DROP CONSTRAINT broken`);
    await eventually(async () => expect(await counts()).toEqual(all(2)));
  });
});

/** The workers process as it is started in production. */
function startWorkers(extra: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', 'workers/main.ts'], {
    env: {
      NODE_ENV: 'production',
      PATH: process.env['PATH'] ?? '',
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      CA_URL: trust.url,
      LOG_LEVEL: 'silent',
      ...extra,
    },
    stdio: 'ignore',
  });
  closers.push(() => child.kill('SIGKILL'));
  return child;
}

const backends = [
  { backend: 'PostgreSQL', redis: false },
  ...(redisInstalled ? [{ backend: 'Redis', redis: true }] : []),
];

it.each(backends)(
  'survives kill -9 again and again, with queues on $backend',
  async ({ redis }) => {
    const server = redis ? await startRedis() : undefined;
    if (server !== undefined) closers.push(server.stop);
    const extra: Record<string, string> = server === undefined ? {} : { REDIS_URL: server.url };
    await confirmedWatch(database, 'dev@example.com', 'a@example.com');
    let appended = 0;
    for (let round = 1; round <= 3; round++) {
      const child = startWorkers(extra);
      await eventually(async () => {
        // Few enough that what is told of them does not take longer than the deaths.
        if (appended < round * 15) {
          log.append(signed());
          appended++;
        }
        expect((await counts())['verified']).toBeGreaterThan(round * 15 - 10);
      }, 60_000);
      child.kill('SIGKILL');
      log.append(signed());
      appended++;
    }
    startWorkers(extra);
    await eventually(async () => expect(await counts()).toEqual(all(appended)), 60_000);
    await eventually(async () => {
      const mails = await database.sql`SELECT message_id FROM mail_mailbox`;
      expect(mails).toHaveLength(appended);
      expect(new Set(mails.map(({ message_id: id }) => id)).size).toBe(appended);
    }, 60_000);
  },
  300_000,
);

it('ends within moments of SIGTERM, and says that it no longer watches', async () => {
  const child = startWorkers();
  await eventually(
    async () => expect(await database.sql`SELECT 1 FROM monitor_worker`).toHaveLength(1),
    30_000,
  );
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(await database.sql`SELECT 1 FROM monitor_worker`).toHaveLength(0);
});

it.skipIf(!redisInstalled)('goes on by itself after Redis was flushed', async () => {
  const redis = await startRedis();
  closers.push(redis.stop);
  await confirmedWatch(database, 'dev@example.com', 'a@example.com');
  startWorkers({ REDIS_URL: redis.url });
  log.append(signed());
  await eventually(async () => expect(await counts()).toEqual(all(1)), 30_000);
  const { Redis } = await import('ioredis');
  const client = new Redis(redis.url);
  await client.flushall();
  client.disconnect();
  log.append(signed());
  await eventually(async () => {
    expect(await counts()).toEqual(all(2));
    expect(await database.sql`SELECT 1 FROM mail_mailbox`).toHaveLength(2);
  }, 30_000);
});
