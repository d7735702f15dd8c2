/** The queue factory keeps one contract on PostgreSQL and on Redis. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLogger } from '#lib/server/logger.ts';
import { openQueues, type QueueDefinition, type Queues } from '#lib/server/queue.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { eventually } from '#tests/harness/eventually.ts';
import { redisInstalled, startRedis } from '#tests/harness/redis.ts';

const logger = createLogger('workers', 'silent');
const definition = (name: string): QueueDefinition<{ id: string }> => ({
  name,
  payload: z.strictObject({ id: z.string() }),
  concurrency: 2,
  attempts: 3,
  backoffMs: 20,
});

const backends = [
  { backend: 'PostgreSQL', skip: false },
  {
    backend: redisInstalled ? 'Redis' : 'Redis (skipped: redis-server is not installed)',
    skip: !redisInstalled,
  },
];

describe.each(backends)('queues on $backend', ({ backend, skip }) => {
  if (skip) {
    it.skip('needs redis-server', () => undefined);
    return;
  }
  let databaseUrl = '';
  let redisUrl: string | undefined;
  let queues: Queues;
  const open = async (): Promise<Queues> => {
    queues = openQueues({ databaseUrl, redisUrl, logger });
    await queues.migrate();
    return queues;
  };

  beforeAll(async () => {
    databaseUrl = (await freshDatabase()).url;
    if (backend !== 'Redis') return;
    const redis = await startRedis();
    redisUrl = redis.url;
    afterAll(redis.stop);
  });
  afterEach(() => queues.close());

  it('hands each job to the worker, and one that fails again until it succeeds', async () => {
    const { queue, work } = await open();
    const seen: string[] = [];
    await work(definition('retry'), ({ id }) => {
      seen.push(id);
      return seen.length < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve();
    });
    await (await queue(definition('retry'))).add({ id: 'a' });
    await eventually(() => expect(seen).toHaveLength(3));
    expect(seen).toEqual(['a', 'a', 'a']);
  });

  it('adds a job of one id once while it waits, and again when it is done', async () => {
    const { queue, work } = await open();
    const jobs = await queue({ ...definition('once'), concurrency: 1 });
    await jobs.add({ id: 'x' }, 'x');
    await jobs.add({ id: 'x' }, 'x');
    await jobs.add({ id: 'last' }, 'last');
    const seen: string[] = [];
    await work({ ...definition('once'), concurrency: 1 }, ({ id }) => Promise.resolve(void seen.push(id)));
    await eventually(() => expect(seen).toContain('last'));
    expect(seen).toEqual(['x', 'last']);
    await eventually(async () => {
      await jobs.add({ id: 'x' }, 'x');
      expect(seen.slice(2)).toContain('x');
    });
  });

  it('repeats a job until told to stop, and asking twice does not repeat it twice', async () => {
    const { queue, work } = await open();
    const jobs = await queue(definition('repeat'));
    const at: number[] = [];
    await work(definition('repeat'), () => Promise.resolve(void at.push(Date.now())));
    await jobs.repeat('r', 100, { id: 'r' });
    await jobs.repeat('r', 100, { id: 'r' });
    expect(await jobs.repeating()).toMatchObject([{ key: 'r', everyMs: 100 }]);
    await eventually(() => expect(at.length).toBeGreaterThanOrEqual(6));
    expect((at[5] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(300);
    const [{ nextAt } = { nextAt: 0 }] = await jobs.repeating();
    expect(Math.abs(nextAt - Date.now())).toBeLessThan(2_000);
    await jobs.stopRepeating('r');
    expect(await jobs.repeating()).toEqual([]);
  });

  it('never runs a job whose payload is not what the queue carries', async () => {
    const { queue, work } = await open();
    const seen: unknown[] = [];
    await work(definition('strict'), (data) => Promise.resolve(void seen.push(data)));
    const jobs = await queue(definition('strict'));
    await jobs.add({ id: 7 } as unknown as { id: string });
    await jobs.add({ id: 'good' });
    await eventually(() => expect(seen).toHaveLength(1));
    expect(seen).toEqual([{ id: 'good' }]);
  });
});

it('a queue whose first connection fails says so, and leaves its process its turns', async () => {
  const { url } = await freshDatabase();
  const main = 'tests/harness/queue-that-cannot-start.ts';
  const run = promisify(execFile)(process.execPath, ['--import', 'tsx', main, url], {
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  expect((await run).stdout).toBe('refused');
}, 60_000);
