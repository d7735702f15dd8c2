// The log process with its tiles in a bucket: what is acknowledged survives a kill, and all of it is what was signed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkTiles } from '#lib/fsck/check-tiles.ts';
import { openTileHead } from '#lib/fsck/open-head.ts';
import { guardedFetch } from '#lib/server/guarded-fetch.ts';
import { S3Bucket } from '#log/storage/s3-bucket.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { startBreakingProxy } from '#tests/harness/breaking-proxy.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { startS3 } from '#tests/harness/s3.ts';
import { checkEntry, hashedRekordBody, logEntry, LogProcess, makeSigner, post } from './log-process.ts';

const s3 = await startS3();

describe.skipIf(s3 === undefined)(
  'a log in a bucket (skipped where no moto_server is installed)',
  async () => {
    const database = await freshDatabase();
    const log = await LogProcess.create(database.url);
    const signer = makeSigner();

    beforeAll(async () => {
      log.set({
        TILE_STORE: `s3://${s3?.config.bucket ?? ''}/logs`,
        S3_ENDPOINT: s3?.config.endpoint ?? '',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      });
      await log.start();
    });
    afterAll(async () => {
      await log.remove();
      s3?.stop();
    });

    it('answers with proofs, and is clean after a kill in the middle of writing', async () => {
      const { verifier } = await log.identity('rekor-v2');
      const acknowledged = new Map<string, string>();
      const write = async (): Promise<void> => {
        const entry = await logEntry(log.url, hashedRekordBody(signer));
        checkEntry(entry, verifier);
        acknowledged.set(entry.logIndex, entry.canonicalizedBody);
      };
      for (let round = 0; round < 6; round++) await Promise.all(Array.from({ length: 60 }, write));
      const underWay = Array.from({ length: 40 }, () => write().catch(() => undefined));
      await log.end('SIGKILL');
      await Promise.all(underWay);
      await log.start();
      await write();
      expect(acknowledged.size).toBeGreaterThan(360);
      const fetch = guardedFetch(log.url);
      const head = await openTileHead(fetch, [verifier]);
      await checkTiles(fetch, head, { parallel: 4 });
      expect(head.size).toBeGreaterThanOrEqual(BigInt(acknowledged.size));
    });

    it('waits in its process while the store is too busy to take anything, and reads on', async () => {
      const proxy = await startBreakingProxy(s3?.config.endpoint ?? '');
      await log.end('SIGTERM');
      log.set({ S3_ENDPOINT: proxy.url });
      await log.start();
      const first = await logEntry(log.url, hashedRekordBody(signer));
      proxy.breakNext('PUT', 1_000_000, async () => ({
        status: 503,
        headers: {},
        body: Buffer.from('SlowDown'),
      }));
      for (let round = 0; round < 3; round++)
        expect((await post(log.url, hashedRekordBody(signer))).status).toBe(503);
      expect((await fetch(`${log.url}/checkpoint`)).status).toBe(200);
      expect((await fetch(`${log.url}/tile/entries/000`)).status).toBe(200);
      proxy.mend();
      const { verifier } = await log.identity('rekor-v2');
      const after = await eventually(() => logEntry(log.url, hashedRekordBody(signer)), 20_000);
      checkEntry(after, verifier);
      expect(Number(after.logIndex)).toBeGreaterThan(Number(first.logIndex));
      expect(log.output()).not.toContain('"fatal"');
      await log.end('SIGTERM');
      log.set({ S3_ENDPOINT: s3?.config.endpoint ?? '' });
      await log.start();
      proxy.close();
    }, 60_000);

    it('keeps nothing of the log on the disk of the process but its keys', async () => {
      const { readdirSync } = await import('node:fs');
      expect(readdirSync(log.dataDir)).toEqual(['keys']);
      const names = await new S3Bucket({ ...(s3?.config ?? fail()), prefix: 'logs' }).list();
      expect(names.some((name) => /^[0-9a-f]{64}\/published\/tile\/entries\/000$/.test(name))).toBe(true);
    });

    it('does not lose an acknowledged entry when it is stopped and its successor starts elsewhere', async () => {
      const body = hashedRekordBody(signer);
      const first = await logEntry(log.url, body);
      await log.end('SIGTERM');
      await log.start();
      const again = await post(log.url, body);
      expect(again.status).toBe(201);
      expect(((await again.json()) as { logIndex: string }).logIndex).toBe(first.logIndex);
    });
  },
);

function fail(): never {
  throw new Error('skipped');
}
