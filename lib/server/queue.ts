/**
 * Queues: BullMQ on Redis when there is one, else on PostgreSQL (schema `bullmq`). They are a wake-up, PostgreSQL's
 * tables are the truth: a job carries ids, and may be lost, repeated or flushed without losing or repeating an effect.
 */
import { createPostgresBackend, Queue, runMigrations, withBackend, Worker, type JobsOptions } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { z } from 'zod';
import type { Logger } from './logger.ts';

class QueueError extends Error {
  override readonly name = 'QueueError';
}

export interface QueueDefinition<Data extends object> {
  readonly name: string;
  readonly payload: z.ZodType<Data>;
  /** Jobs at once in one process. */
  readonly concurrency: number;
  /** Runs of one job before it is given up; whoever wrote the row sweeps it into the queue again. */
  readonly attempts: number;
  readonly backoffMs: number;
}

export interface JobQueue<Data extends object> {
  /** With an id: a job of that id that is still waiting or running is not added again. */
  add(data: Data, id?: string): Promise<void>;
  /** Adds a job every so often, as long as this is called again now and then (a flushed Redis forgets). */
  repeat(key: string, everyMs: number, data: Data): Promise<void>;
  stopRepeating(key: string): Promise<void>;
  repeating(): Promise<Repetition[]>;
}

export interface Repetition {
  readonly key: string;
  readonly everyMs: number;
  /** When the next job is due; long past when the chain of jobs has broken. */
  readonly nextAt: number;
}

export interface Queues {
  /** Once per start, before anything else: brings BullMQ's own tables up to date; on Redis, makes sure that it answers. */
  migrate(): Promise<void>;
  /** Resolves when its backend answers; rejects with the backend's reason when it cannot be used. */
  queue<Data extends object>(definition: QueueDefinition<Data>): Promise<JobQueue<Data>>;
  /** Runs `handle` for each job, from when this resolves; a throw is a failed attempt. Never closes on its own. */
  work<Data extends object>(
    definition: QueueDefinition<Data>,
    handle: (data: Data) => Promise<void>,
  ): Promise<void>;
  /** Waits for running jobs, then lets go of every connection. */
  close(): Promise<void>;
}

export interface QueueSettings {
  readonly redisUrl: string | undefined;
  readonly databaseUrl: string;
  readonly logger: Logger;
}

export function openQueues({ redisUrl, databaseUrl, logger }: QueueSettings): Queues {
  const opened: { close(): Promise<void> }[] = [];
  const backend = redisUrl === undefined ? onPostgres(databaseUrl) : onRedis(redisUrl, logger);
  // "deadlock detected" among them, when PostgreSQL comes back and much is due at once: BullMQ makes due jobs ready in a
  // statement that names no order of rows (move_to_active), and two workers can meet in it. PostgreSQL undoes one, whose worker
  // asks again: nothing an operator could do, and nothing is lost. No setting of BullMQ 6.7 keeps workers from it.
  const levelOf = (error: Error) => ('code' in error && error.code === '40P01' ? 'debug' : 'warn');
  const failed = (queue: string) => (error: Error) =>
    logger[levelOf(error)]({ err: error, queue }, 'queue error');
  return {
    migrate: () => backend.migrate(),
    queue: async (definition) => {
      const queue = backend.queue(definition.name);
      queue.on('error', failed(definition.name));
      opened.push(queue);
      await queue.waitUntilReady();
      return adapt(queue, definition);
    },
    work: async (definition, handle) => {
      const run = (data: unknown) => handle(definition.payload.parse(data));
      const worker = backend.worker(definition.name, run, definition.concurrency);
      opened.push(worker);
      worker.on('error', failed(definition.name));
      worker.on('failed', (job, error) =>
        logger[levelOf(error)]({ err: error, queue: definition.name, job: job?.id }, 'job failed'),
      );
      // Not before: BullMQ keeps a first connection that failed, and its loop then asks that again and again without
      // ever giving this process a turn to hear that the database is gone.
      await worker.waitUntilReady();
      void worker.run().catch(failed(definition.name));
    },
    close: async () => {
      // Workers were opened after the queues they fill: newest first.
      for (const part of opened.reverse()) await part.close();
      await backend.close();
    },
  };
}

/** What is used of BullMQ's classes, whichever backend they are on. */
type AnyQueue = Pick<Queue, 'add' | 'upsertJobScheduler' | 'removeJobScheduler' | 'close'> & {
  waitUntilReady(): Promise<unknown>;
  getJobSchedulers(): Promise<{ key: string; every?: number; next?: number }[]>;
  on(event: 'error', listener: (error: Error) => void): unknown;
};
interface AnyWorker {
  waitUntilReady(): Promise<unknown>;
  run(): Promise<void>;
  close(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'failed', listener: (job: { id?: string } | undefined, error: Error) => void): unknown;
}

interface Backend {
  migrate(): Promise<void>;
  queue(name: string): AnyQueue;
  worker(name: string, run: (data: unknown) => Promise<void>, concurrency: number): AnyWorker;
  close(): Promise<void>;
}

const prefix = 'sigwatch';

function onRedis(url: string, logger: Logger): Backend {
  // BullMQ asks for this setting: a command waits for Redis to come back instead of failing.
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  connection.on('error', (error) => logger.warn({ err: error }, 'redis error'));
  return {
    migrate: () => reach(url),
    queue: (name) => new Queue(name, { connection, prefix }),
    worker: (name, run, concurrency) =>
      new Worker(name, (job) => run(job.data), { connection, prefix, concurrency, autorun: false }),
    close: async () => {
      await connection.quit();
    },
  };
}

/** Said at start, since later every command just waits for Redis. */
async function reach(url: string): Promise<void> {
  const probe = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5_000,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
  });
  probe.on('error', () => undefined);
  try {
    await probe.connect();
    await probe.ping();
  } catch (cause) {
    throw new QueueError('The Redis that REDIS_URL names does not answer: start it, or unset REDIS_URL.', {
      cause,
    });
  } finally {
    probe.disconnect();
  }
}

const { Queue: PostgresQueue, Worker: PostgresWorker } = withBackend(createPostgresBackend);
const schema = 'bullmq';

function onPostgres(connectionString: string): Backend {
  // Each queue and worker has a small pool of its own; a worker listens on one connection more.
  const connection = { connectionString, schema, max: 2, keepAlive: true };
  return {
    migrate: async () => {
      const client = new pg.Client({ connectionString });
      await client.connect();
      try {
        await runMigrations(client, schema);
      } finally {
        await client.end();
      }
    },
    queue: (name) => new PostgresQueue(name, { connection, prefix }),
    worker: (name, run, concurrency) =>
      new PostgresWorker(name, (job) => run(job.data), { connection, prefix, concurrency, autorun: false }),
    close: () => Promise.resolve(),
  };
}

function adapt<Data extends object>(queue: AnyQueue, definition: QueueDefinition<Data>): JobQueue<Data> {
  const options: JobsOptions = {
    attempts: definition.attempts,
    backoff: { type: 'exponential', delay: definition.backoffMs },
    // A finished job that stays would keep its id from ever being added again.
    removeOnComplete: true,
    removeOnFail: true,
  };
  return {
    add: async (data, id) => {
      await queue.add(definition.name, data, id === undefined ? options : { ...options, jobId: id });
    },
    repeat: async (key, everyMs, data) => {
      await queue.upsertJobScheduler(key, { every: everyMs }, { name: definition.name, data, opts: options });
    },
    stopRepeating: async (key) => {
      await queue.removeJobScheduler(key);
    },
    repeating: async () => {
      const schedulers = await queue.getJobSchedulers();
      return schedulers.map(({ key, every = 0, next = 0 }) => ({
        key,
        everyMs: Number(every),
        nextAt: Number(next),
      }));
    },
  };
}
