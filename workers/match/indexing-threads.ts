/**
 * Reading entries is most of a monitor's work and needs nothing but bytes: it is done on other threads, a batch at a time
 * each. A thread holds nothing: when one dies, whoever waits for it is told, the batch is read from the log again, and the
 * next one starts another. Before: workers/follow/entries.ts; next: workers/follow/commit.ts.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { TrustedAuthority } from '#lib/trust/trusted-root.ts';
import { Authorities } from './authorities.ts';
import { indexBatch } from './index-batch.ts';
import type { BatchToIndex, IndexedBatch } from './indexed-batch.ts';
import { buffersOf, entryCount } from './entry-batch.ts';
import { authoritiesToSend, type SentBatch } from './sent-batch.ts';

/** Fewer are read here: at the head of a log they come by ones, and no thread need run for them. */
const worthAThread = 128;
/** One alone would be what everything else waits for; more than there are processors would wait for those. */
const threadsFor = (processors: number): number => Math.min(processors, 4);

export class IndexingThreads {
  private readonly threads: IndexingThread[];

  constructor(count = threadsFor(availableParallelism())) {
    this.threads = Array.from({ length: count }, () => new IndexingThread());
  }

  /** The entries are handed over: they come back with what was read of them. */
  async index(batch: BatchToIndex, trusted: readonly TrustedAuthority[]): Promise<IndexedBatch> {
    if (entryCount(batch.entries) < worthAThread) return indexBatch(batch, Authorities.of(trusted));
    const idlest = this.threads.reduce((a, b) => (b.load < a.load ? b : a));
    return idlest.index(batch, trusted);
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }
}

interface Waiting {
  resolve(indexed: IndexedBatch): void;
  reject(error: Error): void;
}

class IndexingThread {
  private worker: Worker | undefined;
  private waiting: Waiting[] = [];
  /** Which authorities the thread has. */
  private trusted: readonly TrustedAuthority[] | undefined;

  get load(): number {
    return this.waiting.length;
  }

  index(batch: BatchToIndex, trusted: readonly TrustedAuthority[]): Promise<IndexedBatch> {
    this.worker ??= this.start();
    const authorities = trusted === this.trusted ? undefined : authoritiesToSend(trusted);
    this.trusted = trusted;
    this.worker.postMessage({ batch, authorities } satisfies SentBatch, buffersOf(batch.entries));
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  async close(): Promise<void> {
    const { worker } = this;
    this.lose(worker, new Error('closed'));
    await worker?.terminate();
  }

  private start(): Worker {
    const worker = new Worker(new URL('indexing-thread.mjs', import.meta.url), {
      execArgv: [],
      resourceLimits,
    });
    worker.on('message', (indexed: IndexedBatch) => this.waiting.shift()?.resolve(indexed));
    worker.on('error', (error) => this.lose(worker, error));
    worker.on('exit', (code) => this.lose(worker, new Error(`it ended with ${code}`)));
    // Who waits for a batch is kept alive by the sockets it came through.
    worker.unref();
    return worker;
  }

  private lose(worker: Worker | undefined, cause: unknown): void {
    if (worker === undefined || this.worker !== worker) return;
    const lost = this.waiting;
    this.worker = undefined;
    this.waiting = [];
    this.trusted = undefined;
    for (const { reject } of lost) reject(new Error('a thread that reads entries was lost', { cause }));
  }
}

/** Nothing that is read outlives its entry: much memory would only be touched, not used. */
const resourceLimits = { maxYoungGenerationSizeMb: 24, maxOldGenerationSizeMb: 256 };
