/**
 * ARROW 3, on other threads: submissions go to the thread with the least to do, many in one message, and come back as
 * entries. Bounded: what cannot be looked at soon is refused. Before: log/rekor/http-v2.ts; next: log/sequencer/pool.ts.
 */
import { Worker } from 'node:worker_threads';
import { RequestError } from '../http/exchange.ts';
import { SequencerError, type PendingEntry } from '../sequencer/entry.ts';
import {
  packSubmissions,
  unpackVerdicts,
  type Submission,
  type SubmissionKind,
  type Verdict,
} from './submissions.ts';

interface Waiting extends Submission {
  resolve(entry: PendingEntry): void;
  reject(error: Error): void;
}

const mostWaiting = 4096;
/** More in one message would keep the other threads idle. */
const mostInMessage = 32;

export class Acceptors {
  private readonly threads: Thread[];
  private readonly mostWaiting: number;
  private gathered: Waiting[] = [];
  private waiting = 0;

  private constructor(threads: Thread[], bound: number) {
    this.threads = threads;
    this.mostWaiting = bound;
  }

  /** Resolves when every thread has loaded what it needs. */
  static async open(threads: number, bound = mostWaiting): Promise<Acceptors> {
    const all = Array.from({ length: threads }, () => new Thread());
    await Promise.all(all.map((thread) => thread.answers()));
    return new Acceptors(all, bound);
  }

  /** Rejects with RequestError `malformed`, or SequencerError `busy`. */
  async accept(kind: SubmissionKind, body: Uint8Array): Promise<PendingEntry> {
    if (this.waiting >= this.mostWaiting) {
      throw new SequencerError('busy', 'too many entries wait to be verified, try again');
    }
    this.waiting++;
    return new Promise<PendingEntry>((resolve, reject) => {
      if (this.gathered.length === 0) setImmediate(() => this.send());
      this.gathered.push({ kind, body, resolve, reject });
    }).finally(() => this.waiting--);
  }

  /** How many are being verified, or wait for it. */
  get depth(): number {
    return this.waiting;
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private send(): void {
    const { gathered } = this;
    this.gathered = [];
    for (let at = 0; at < gathered.length; at += mostInMessage) {
      const idlest = this.threads.reduce((a, b) => (b.load < a.load ? b : a));
      idlest.give(gathered.slice(at, at + mostInMessage));
    }
  }
}

/** One worker thread. When it dies, what it had is answered as our fault, and the next message starts another. */
class Thread {
  private worker: Worker | undefined = start(this);
  private given: Waiting[][] = [];
  load = 0;

  /** An empty message, answered when the thread runs. */
  async answers(): Promise<void> {
    this.give([]);
    const { worker } = this;
    await new Promise<void>((done, fail) => worker?.once('message', () => done()).once('error', fail));
  }

  give(submissions: Waiting[]): void {
    this.given.push(submissions);
    this.load += submissions.length;
    this.worker ??= start(this);
    const packed = packSubmissions(submissions);
    this.worker.postMessage(packed, [packed.buffer]);
  }

  take(packed: Uint8Array): void {
    const submissions = this.given.shift() ?? [];
    this.load -= submissions.length;
    for (const [at, verdict] of unpackVerdicts(packed).entries()) settle(submissions[at], verdict);
  }

  lose(worker: Worker | undefined, cause: unknown): void {
    if (worker === undefined || this.worker !== worker) return;
    const lost = this.given.flat();
    this.worker = undefined;
    this.given = [];
    this.load = 0;
    for (const { reject } of lost) reject(new Error('a thread that verifies was lost', { cause }));
  }

  async close(): Promise<void> {
    const { worker } = this;
    this.lose(worker, new Error('closed'));
    await worker?.terminate();
  }
}

function start(thread: Thread): Worker {
  const worker = new Worker(new URL('thread.mjs', import.meta.url));
  worker.on('message', (packed: Uint8Array) => thread.take(packed));
  worker.on('error', (error) => thread.lose(worker, error));
  worker.on('exit', (code) => thread.lose(worker, new Error(`it ended with ${code}`)));
  return worker;
}

function settle(waiting: Waiting | undefined, verdict: Verdict): void {
  if (verdict.outcome === 'accepted') waiting?.resolve(verdict.entry);
  else if (verdict.outcome === 'fault') waiting?.reject(new RequestError('malformed', verdict.reason));
  else waiting?.reject(new Error(verdict.reason));
}
