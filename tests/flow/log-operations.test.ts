// What an operator meets: metrics, a full disk, a read-only disk, a read-only log, an old copy.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { get } from 'node:http';
import { afterAll, describe, expect, it } from 'vitest';
import { openSql } from '#lib/server/database.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { checkEntry, hashedRekordBody, logEntry, LogProcess, makeSigner, post } from './log-process.ts';
import { proposed, RekorV1Client } from './rekor-v1-client.ts';

const database = await freshDatabase();
const signer = makeSigner();
const folder = mkdtempSync(join(tmpdir(), 'sigwatch-operations-'));
const ends: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

async function startLog(databaseUrl: string, dataDir?: string): Promise<LogProcess> {
  const log = await LogProcess.create(databaseUrl, undefined, dataDir);
  ends.push(() => log.remove());
  await log.start();
  return log;
}

const write = (log: LogProcess): Promise<Response> => post(log.url, hashedRekordBody(signer));

async function takesEntries(log: LogProcess): Promise<void> {
  const { verifier } = await log.identity('rekor-v2');
  checkEntry(await logEntry(log.url, hashedRekordBody(signer)), verifier);
}

/** A disk of its own, where we may make one. */
function mountDisk(size: string): string | undefined {
  const at = mkdtempSync(join(folder, 'disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'tmpfs', at]);
  if (mounted.status !== 0) return undefined;
  ends.push(() => void spawnSync('umount', ['-l', at]));
  return at;
}

const disk = mountDisk('24m');

describe('one log', async () => {
  const log = await startLog(database.url);

  it('shows its numbers to Prometheus', async () => {
    await takesEntries(log);
    await post(log.url, '{}');
    const answer = await fetch(`${log.url}/metrics`);
    expect(answer.headers.get('content-type')).toContain('version=0.0.4');
    const text = await answer.text();
    for (const line of [
      'sigwatch_log_tree_size{log="rekor-v2"} 1',
      'sigwatch_log_queue_depth{log="rekor-v2"} 0',
      'sigwatch_log_batch_entries_bucket{log="rekor-v2",le="1"} 1',
      'sigwatch_log_integrate_seconds_count{log="rekor-v2"} 1',
      'sigwatch_log_publish_seconds_count{log="rekor-v2"} 1',
      'sigwatch_log_errors_total{code="malformed"} 1',
      'sigwatch_log_requests_total{method="POST",status="201"} 1',
    ]) {
      expect(text).toContain(`${line}\n`);
    }
    expect(text).toMatch(/sigwatch_log_checkpoint_age_seconds\{log="rekor-v2"\} \d/);
  });

  it('compresses an entry bundle for those who ask, and for nobody else', async () => {
    const path = `${log.url}/tile/entries/000.p/1`;
    const read = (accept: string | undefined) =>
      new Promise<{
        encoding: string | undefined;
        vary: string | undefined;
        etag: string | undefined;
        body: Buffer;
      }>((done) => {
        const headers = accept === undefined ? {} : { 'accept-encoding': accept };
        get(path, { headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          const { 'content-encoding': encoding, vary, etag } = response.headers;
          response.on('end', () => done({ encoding, vary, etag, body: Buffer.concat(chunks) }));
        });
      });
    const plain = await read(undefined);
    expect(plain).toMatchObject({ encoding: undefined, vary: 'accept-encoding' });
    const packed = await read('br, gzip;q=0.5');
    expect(packed.encoding).toBe('gzip');
    expect(gunzipSync(packed.body)).toEqual(plain.body);
    expect(packed.etag).not.toBe(plain.etag);
    for (const accept of ['gzip;q=0', 'gzip;q=0.0', 'br', ''])
      expect((await read(accept)).encoding).toBeUndefined();
  });

  it('takes nothing when it is read-only, with the answer clients know, and reads as before', async () => {
    const before = await (await fetch(`${log.url}/checkpoint`)).text();
    await log.end('SIGTERM');
    log.set({ LOG_READ_ONLY: 'on' });
    await log.start();
    const refused = await write(log);
    expect([refused.status, await refused.text()]).toEqual([
      405,
      'This log has been frozen, please switch to the latest log.\n',
    ]);
    const refusedV1 = await new RekorV1Client(log).call('/api/v1/log/entries', proposed());
    expect([refusedV1.status, refusedV1.headers.get('content-type'), await refusedV1.json()]).toEqual([
      405,
      'application/json',
      { code: 405, message: 'This log has been frozen, please switch to the latest log.' },
    ]);
    expect(await (await fetch(`${log.url}/checkpoint`)).text()).toBe(before);
    await log.end('SIGTERM');
    log.set({ LOG_READ_ONLY: 'off' });
    await log.start();
    await takesEntries(log);
  });
});

it('refuses to start from a copy that is older than its anchor', async () => {
  const { url } = await freshDatabase();
  const log = await LogProcess.create(url);
  ends.push(() => log.remove());
  log.set({ LOG_ANCHOR_DIR: join(folder, 'anchor') });
  await log.start();
  await takesEntries(log);
  await log.end('SIGTERM');
  const [old, sql] = [join(folder, 'old'), openSql(url, { max: 1, name: 'test' })];
  cpSync(join(log.dataDir, 'log'), old, { recursive: true });
  const heads = await sql`SELECT * FROM log_head`;
  const known = await sql`SELECT * FROM log_known`;
  await log.start();
  await takesEntries(log);
  await log.end('SIGTERM');
  // Database and files, both as they were: nothing but the anchor knows.
  rmSync(join(log.dataDir, 'log'), { recursive: true });
  cpSync(old, join(log.dataDir, 'log'), { recursive: true });
  await sql`DELETE FROM log_head`;
  await sql`DELETE FROM log_known`;
  await sql`INSERT INTO log_head ${sql(heads)}`;
  await sql`INSERT INTO log_known ${sql(known)}`;
  await sql.end();
  await expect(log.start()).rejects.toThrow(/a checkpoint of 2 was seen/);
});

describe.skipIf(disk === undefined)('a disk of 24 MB', () => {
  it('that is full: 503, reads as before, and entries again once there is room', async () => {
    const dataDir = join(disk ?? '', 'data');
    mkdirSync(dataDir);
    const log = await startLog((await freshDatabase()).url, dataDir);
    await takesEntries(log);
    spawnSync('dd', ['if=/dev/zero', `of=${join(dataDir, 'ballast')}`, 'bs=1M', 'count=100']);
    const refused = await write(log);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await fetch(`${log.url}/tile/entries/000.p/1`)).status).toBe(200);
    expect((await fetch(`${log.url}/healthz`)).status).toBe(200);
    rmSync(join(dataDir, 'ballast'));
    await takesEntries(log);
    await log.end('SIGTERM');
  });

  it('that becomes read-only: 503, reads as before, and entries again once it can be written', async () => {
    const dataDir = join(disk ?? '', 'other');
    mkdirSync(dataDir);
    const log = await startLog((await freshDatabase()).url, dataDir);
    await takesEntries(log);
    expect(spawnSync('mount', ['-o', 'remount,ro', disk ?? '']).status).toBe(0);
    expect((await write(log)).status).toBe(503);
    expect((await fetch(`${log.url}/tile/entries/000.p/1`)).status).toBe(200);
    spawnSync('mount', ['-o', 'remount,rw', disk ?? '']);
    await takesEntries(log);
    await log.end('SIGTERM');
    expect(existsSync(dataDir) && readdirSync(join(dataDir, 'log'))).toHaveLength(3);
  });

  it('that takes no more behind a commit: the process stays, serves reads, and recovers by itself', async () => {
    const log = await startLog((await freshDatabase()).url);
    await takesEntries(log);
    const { logId, verifier } = await log.identity('rekor-v2');
    const published = join(log.dataDir, 'log', Buffer.from(logId, 'base64').toString('hex'), 'published');
    const mount = (...args: string[]) => expect(spawnSync('mount', [...args, published]).status).toBe(0);
    // What is staged and committed can be written; what is published cannot.
    mount('--bind', published);
    ends.push(() => void spawnSync('umount', ['-l', published]));
    mount('-o', 'remount,bind,ro');
    const body = hashedRekordBody(signer);
    expect((await post(log.url, body)).status).toBe(503);
    await eventually(async () => {
      const health = await fetch(`${log.url}/healthz`);
      expect([health.status, await health.text()]).toEqual([
        503,
        expect.stringContaining('the disk is full'),
      ]);
    });
    expect((await post(log.url, body)).status).toBe(503);
    expect((await fetch(`${log.url}/tile/entries/000.p/1`)).status).toBe(200);
    mount('-o', 'remount,bind,rw');
    const entry = await eventually(() => logEntry(log.url, body), 20_000);
    checkEntry(entry, verifier);
    expect(entry.logIndex).toBe('1');
    await log.end('SIGTERM');
  }, 60_000);
});
