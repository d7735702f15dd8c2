/**
 * Several workers share the logs, and any of them dies at any moment, again and again: no entry is passed over, no alert
 * is lost or made twice. The moments are random; the seed is said when it fails.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { HostileLog } from '#tests/harness/hostile-log.ts';
import { confirmedWatch, serveTrust, trustRoot } from '#tests/harness/monitor.ts';
import { rekorLeaf, TestAuthority } from '#tests/harness/test-authority.ts';

const kills = 20;
const authority = new TestAuthority();
const dataDir = mkdtempSync(join(tmpdir(), 'sigwatch-kill-'));
const closers: (() => unknown)[] = [() => rmSync(dataDir, { recursive: true, force: true })];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

it(`survives ${kills} times kill -9 of one of two workers at a random moment`, async () => {
  const seed = Date.now() % 100_000;
  let state = seed || 1;
  const random = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const database = await freshDatabase();
  const logs = [await HostileLog.start(), await HostileLog.start()];
  const trust = await serveTrust(trustRoot(logs, [authority]));
  closers.push(() => trust.close(), ...logs.map((log) => () => log.stop()));
  const start = (): ChildProcess => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'workers/main.ts'], {
      env: {
        NODE_ENV: 'production',
        PATH: process.env['PATH'] ?? '',
        DATA_DIR: dataDir,
        DATABASE_URL: database.url,
        CA_URL: trust.url,
        LOG_LEVEL: 'silent',
      },
      stdio: 'ignore',
    });
    closers.push(() => child.kill('SIGKILL'));
    return child;
  };
  const watch = await confirmedWatch(database, 'dev@example.com', 'a@example.com');
  const signed = rekorLeaf(authority.certify({ email: 'dev@example.com' }));
  const requests = (): number => logs.reduce((sum, log) => sum + log.requests, 0);
  const workers = [start(), start()];
  let appended = 0;
  for (let kill = 0; kill < kills; kill++) {
    // So many requests from now it dies: before, between or after any step of reading and committing.
    const moment = requests() + 2 + random(25);
    await eventually(() => {
      if (appended < 40 * (kill + 1)) {
        logs[random(2)]?.append(signed);
        appended++;
      }
      expect(requests(), `seed ${seed}`).toBeGreaterThan(moment);
    }, 60_000);
    const one = random(2);
    workers[one]?.kill('SIGKILL');
    workers[one] = start();
  }
  await eventually(async () => {
    const [counts] = await database.sql`
      SELECT (SELECT sum(verified_size)::int FROM monitor_log) AS verified,
             (SELECT count(*)::int FROM monitor_entry) AS entries,
             (SELECT count(DISTINCT (log_id, entry_index))::int FROM monitor_identity) AS named,
             (SELECT sum(entries)::int FROM monitor_name) AS counted,
             (SELECT count(*)::int FROM match_match WHERE watch_id = ${watch}) AS matches,
             (SELECT count(*)::int FROM alert_alert) AS alerts,
             (SELECT count(DISTINCT (log_id, entry_index))::int FROM alert_alert) AS about`;
    const all = { verified: appended, entries: appended, named: appended, counted: appended };
    expect(counts, `seed ${seed}`).toEqual({ ...all, matches: appended, alerts: appended, about: appended });
  }, 60_000);
  const mails = await database.sql<{ message_id: string }[]>`SELECT message_id FROM mail_mailbox`;
  expect(new Set(mails.map(({ message_id: id }) => id)).size).toBe(mails.length);
  expect(await database.sql`SELECT kind FROM monitor_incident`).toEqual([]);
}, 300_000);
