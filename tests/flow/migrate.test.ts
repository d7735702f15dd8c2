import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openPrisma } from '#lib/server/database.ts';
import { migrate } from '#lib/server/migrate.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { confirmedWatch } from '#tests/harness/monitor.ts';
import { freePorts } from '#tests/harness/ports.ts';

const database = await freshDatabase();
const migrations = new URL('../../prisma/migrations/', import.meta.url);

it('applies each migration once, and says which one was changed afterwards', async () => {
  expect(await migrate(database.sql)).toEqual([]);
  await database.sql`UPDATE _prisma_migrations SET checksum = 'other'`;
  await expect(migrate(database.sql)).rejects.toThrow(/20261123000000_first was changed/);
});

it('leaves tables that the generated client can read, every model', async () => {
  const prisma = openPrisma(database.url, { max: 1 });
  const counts = await Promise.all([
    prisma.caOidcRecord.findMany(),
    prisma.caLoginCode.findMany(),
    prisma.caFreeze.findMany(),
    prisma.caFreezeEvent.findMany(),
    prisma.logHead.findMany(),
    prisma.logKnown.findMany(),
    prisma.monitorLog.findMany(),
    prisma.monitorCheckpoint.findMany(),
    prisma.monitorIncident.findMany(),
    prisma.monitorEntry.findMany(),
    prisma.monitorIdentity.findMany(),
    prisma.matchMatch.findMany(),
    prisma.alertAlert.findMany(),
    prisma.mailOutbox.findMany(),
    prisma.mailMailbox.findMany(),
    prisma.accountWatch.findMany(),
    prisma.accountAnswer.findMany(),
  ]);
  expect(counts.flat()).toEqual([]);
  await prisma.$disconnect();
});

it('an alert of a forgery from before happened when its entry was seen, and no other moved', async () => {
  const at = (trust: string) => ({ trust, seenAt: '2026-11-20T10:00:00.000Z' });
  const { sql } = database;
  const forgers = new Date('1999-01-01T00:00:00Z');
  const watch = await confirmedWatch(database, 'jane@example.com', 'reader@example.com');
  for (const [index, facts] of [at('untrusted'), at('trusted'), { trust: 'unparsable' }].entries())
    await sql`
      INSERT INTO alert_alert (id, watch_id, log_id, entry_index, verdict, reasons, facts, token_hash, happened_at)
      VALUES (gen_random_uuid(), ${watch}, 'rekor', ${index}, 'notable', '[]', ${sql.json(facts)}, ${`\\x0${index}`}, ${forgers})`;
  await sql.unsafe(
    readFileSync(new URL('20261128600100_forged_alert_times/migration.sql', migrations), 'utf8'),
  );
  const rows = await sql<{ at: Date }[]>`SELECT happened_at AS at FROM alert_alert ORDER BY entry_index`;
  expect(rows.map(({ at: moment }) => moment.getUTCFullYear())).toEqual([2026, 1999, 1999]);
});

it('a part that runs alone makes the tables of a fresh database', async () => {
  const name = `test_alone_${randomBytes(6).toString('hex')}`;
  await database.sql.unsafe(`CREATE DATABASE ${name}`);
  const dataDir = mkdtempSync(join(tmpdir(), 'sigwatch-alone-'));
  const [port = 0] = await freePorts(1);
  const { PATH, HOME } = process.env;
  const settings = { DATABASE_URL: database.url.replace(/\/[^/]*$/, `/${name}`), LOG_PORT: `${port}` };
  const log = spawn(process.execPath, ['lib/cli/sigwatch.mjs', 'log'], {
    cwd: join(import.meta.dirname, '../..'),
    env: { PATH, HOME, NODE_ENV: 'test', DATA_DIR: dataDir, ...settings },
    stdio: 'ignore',
  });
  const ended = new Promise((done) => log.once('exit', done));
  try {
    await eventually(async () => {
      expect(log.exitCode).toBeNull();
      expect((await fetch(`http://localhost:${port}/healthz`)).status).toBe(200);
    }, 40_000);
  } finally {
    log.kill('SIGTERM');
    await ended;
    await database.sql.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
    rmSync(dataDir, { recursive: true });
  }
}, 60_000);
