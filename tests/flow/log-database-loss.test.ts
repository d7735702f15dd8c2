// A database that goes away, comes back, and goes away again while everything is being opened: the log process that
// sequences and the one that follows both wait in their processes, read on, and lose nothing they acknowledged.
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSql } from '#lib/server/database.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#lib/server/embedded-postgres/start.ts';
import { migrate } from '#lib/server/migrate.ts';
import { eventually } from '#tests/harness/eventually.ts';
import {
  checkEntry,
  hashedRekordBody,
  logEntry,
  LogProcess,
  makeSigner,
  post,
  type TransparencyLogEntry,
} from './log-process.ts';

const signer = makeSigner();
const folder = mkdtempSync(join(tmpdir(), 'sigwatch-database-loss-'));
const place = {
  folder: join(folder, 'postgres'),
  passwordFile: join(folder, 'password'),
  database: 'sigwatch',
};
const acknowledged: { body: object; entry: TransparencyLogEntry }[] = [];
let postgres: EmbeddedPostgres;
let leader: LogProcess;
let follower: LogProcess;

beforeAll(async () => {
  postgres = await startEmbeddedPostgres(place);
  const sql = openSql(postgres.url, { max: 1, name: 'test' });
  await migrate(sql);
  await sql.end();
  leader = await LogProcess.create(postgres.url);
  follower = await LogProcess.create(postgres.url, undefined, leader.dataDir);
  await leader.start();
  await follower.start();
});
afterAll(async () => {
  await follower.end('SIGKILL');
  await leader.remove();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function takesEntries(log: LogProcess): Promise<void> {
  const body = hashedRekordBody(signer);
  const entry = await logEntry(log.url, body);
  checkEntry(entry, (await log.identity('rekor-v2')).verifier);
  acknowledged.push({ body, entry });
}

async function kill(): Promise<void> {
  const ended = once(postgres.process, 'exit');
  postgres.process.kill('SIGKILL');
  await ended;
}

const startAgain = async (): Promise<void> => {
  postgres = await startEmbeddedPostgres({ ...place, port: Number(new URL(postgres.url).port) });
};

const health = async ({ url }: LogProcess): Promise<[number, string]> => {
  const answer = await fetch(`${url}/healthz`);
  return [answer.status, await answer.text()];
};

/** Each is the process that it was, well, and takes entries. */
async function bothAreBack(): Promise<void> {
  for (const log of [leader, follower]) {
    await eventually(() => takesEntries(log), 30_000);
    await eventually(async () => expect((await health(log))[0]).toBe(200), 15_000);
    expect(log.output()).not.toContain('"fatal"');
  }
}

it('while it is lost both answer 503 to entries, read on, and say why they are not well', async () => {
  await takesEntries(leader);
  await takesEntries(follower);
  await kill();
  // Whatever moment of the loss a request falls into, it has an answer.
  for (const until = performance.now() + 4_000; performance.now() < until;) {
    const refused = await post(leader.url, hashedRekordBody(signer));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    for (const { url } of [leader, follower])
      for (const path of ['/checkpoint', '/tile/entries/000.p/1', '/ct/v1/get-sth', '/log_list.json'])
        expect((await fetch(`${url}${path}`)).status, path).toBe(200);
  }
  expect((await post(follower.url, hashedRekordBody(signer))).status).toBe(503);
  for (const log of [leader, follower])
    expect(await health(log)).toEqual([503, expect.stringContaining('the database cannot be used')]);
  await startAgain();
  await bothAreBack();
}, 90_000);

it('one that is back before anybody missed it has forgotten their locks all the same', async () => {
  await kill();
  await startAgain();
  await bothAreBack();
}, 60_000);

it('lost again while everything is being opened, at one moment after another, it is waited for again', async () => {
  for (const afterMs of [0, 150, 300, 450, 700, 1_000]) {
    await kill();
    await startAgain();
    await pause(afterMs);
  }
  await bothAreBack();
}, 120_000);

it('nothing that was acknowledged was lost or logged twice, by either of them', async () => {
  for (const { body, entry } of acknowledged) {
    for (const { url } of [leader, follower]) {
      const again = await logEntry(url, body);
      expect([again.logIndex, again.canonicalizedBody]).toEqual([entry.logIndex, entry.canonicalizedBody]);
    }
  }
  const indexes = acknowledged.map(({ entry }) => entry.logIndex);
  expect(new Set(indexes).size).toBe(indexes.length);
}, 30_000);

it('a start without a database says what it waits for, and goes on when it is there', async () => {
  await follower.end('SIGTERM');
  await kill();
  const started = follower.start();
  started.catch(() => undefined);
  await eventually(
    async () =>
      expect(await health(follower)).toEqual([
        503,
        expect.stringContaining('the logs are being opened: the database cannot be used'),
      ]),
    20_000,
  );
  await startAgain();
  await started;
  await bothAreBack();
}, 90_000);
