/**
 * ARROW 4: the one writer of a log. A loop that takes what waits and runs the steps in their order:
 * pool -> sequence -> stage -> COMMIT -> publish -> answers -> settle. Nobody is answered before the commit. An error
 * before the commit fails that batch only; at the commit or behind it, the sequencer stops for good.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { PublishedLog } from '../read/published-log.ts';
import { SequencerError, type LoggedEntry, type PendingEntry } from './entry.ts';
import type { Edge, SignedHead } from './head.ts';
import type { LogWriter } from './log-writer.ts';
import { Pool, type Slot } from './pool.ts';
import { publish } from './publish.ts';
import { recover, type Recovery } from './recover.ts';
import { sequence, type Batch } from './sequence.ts';
import { Settler } from './settle.ts';
import { stage } from './stage.ts';
import type { Witnessing } from './witnessing.ts';

export interface SequencerOptions extends Recovery {
  /** Told once, when the sequencer has stopped and a fresh process must recover. */
  readonly onFatal: (error: unknown) => void;
  /** Told of a batch that was given up before its commit. */
  readonly onTrouble: (error: unknown) => void;
  /** Told of every batch once it is published. */
  readonly onBatch?: ((told: BatchTold) => void) | undefined;
  readonly poolBound?: number;
  /** How long storage or database may take over one step of a batch before they are taken to hang. */
  readonly stepPatienceMs?: number;
  /** Unset: nobody cosigns this log. */
  readonly witnessing?: Witnessing | undefined;
  /** Why no entry may be taken though the log is open; unset: they may. */
  readonly refusal?: string | undefined;
}

export interface BatchTold {
  readonly entries: number;
  /** What the steps took. */
  readonly steps: Readonly<Record<'find' | 'stage' | 'commit' | 'publish', number>>;
  /** From taking the batch to its commit. */
  readonly integrateMs: number;
}

const mostInBatch = 1024;
/** The shortest time from batch to batch while entries wait. */
const gatherMs = 10;
const settleAfterBatches = 64;
const tickMs = 2_000;
const stuckAfterMs = 15_000;
const stepPatienceMs = 20_000;

export class Sequencer implements LogWriter {
  readonly published: PublishedLog;
  private readonly options: SequencerOptions;
  private readonly pool: Pool;
  private readonly settler: Settler;
  private readonly timer: NodeJS.Timeout;
  private readonly loop: Promise<void>;
  private edge: Edge;
  private closing = false;
  private frozen = false;
  private fatal: unknown;

  private constructor(options: SequencerOptions, edge: Edge) {
    this.options = options;
    this.edge = edge;
    this.pool = new Pool(options.poolBound ?? 4096);
    this.settler = new Settler(options.objects, options.staged, options.onTrouble);
    this.published = new PublishedLog(options.objects, options.codec, edge.head, Date.now());
    const { witnessing } = options;
    if (witnessing !== undefined) this.published.showThrough(witnessing);
    this.timer = setInterval(() => void this.tick(), tickMs);
    this.timer.unref();
    this.loop = this.run();
  }

  /** Recovers the log, or begins it; throws LogStateError when it must not go on. */
  static async open(options: SequencerOptions): Promise<Sequencer> {
    return new Sequencer(options, await recover(options));
  }

  async add(entry: PendingEntry): Promise<LoggedEntry> {
    this.requireOpen();
    if (this.fatal !== undefined || this.closing) throw stopped(this.fatal);
    const { refusal } = this.options;
    if (refusal !== undefined) throw new SequencerError('unwitnessed', refusal);
    return this.pool.add(entry, Date.now());
  }

  get problem(): string | undefined {
    if (this.fatal !== undefined) return 'the sequencer has stopped';
    const { oldest } = this.pool;
    if (oldest !== undefined && Date.now() - oldest > stuckAfterMs) return 'the sequencer is stuck';
    if (Date.now() - this.published.publishedAt > stuckAfterMs) return 'the checkpoint is stale';
    return this.frozen ? undefined : this.options.witnessing?.problem;
  }

  get uncosignedMs(): number | undefined {
    return this.options.witnessing?.lackingMs;
  }

  requireOpen(): void {
    if (this.frozen) throw new SequencerError('frozen', frozenText);
  }

  get isFrozen(): boolean {
    return this.frozen && this.pool.depth === 0;
  }

  get depth(): number {
    return this.pool.depth;
  }

  async freeze(): Promise<SignedHead> {
    this.frozen = true;
    while (this.pool.depth > 0 && this.fatal === undefined) await sleep(gatherMs);
    if (this.fatal !== undefined) throw stopped(this.fatal);
    return this.published.head;
  }

  /** Takes nothing more, finishes what waits, leaves nothing staged. */
  async close(): Promise<void> {
    this.closing = true;
    clearInterval(this.timer);
    this.pool.nudge();
    await this.loop;
    if (this.fatal === undefined) await this.settler.settle();
  }

  private async run(): Promise<void> {
    while (this.fatal === undefined) {
      // Looked at before waiting: whoever closes us while a batch is answered wakes nobody.
      if (this.pool.empty && this.closing) return;
      await this.pool.filled();
      if (this.pool.empty) continue;
      const started = performance.now();
      await this.runBatch(this.pool.take(mostInBatch));
      if (this.pool.empty || this.closing) continue;
      // Under load let entries gather: a batch costs the same for one and for hundreds. A slow disk does it for us.
      const tookMs = performance.now() - started;
      if (tookMs < gatherMs) await sleep(gatherMs - tookMs);
    }
  }

  private async runBatch(slots: readonly Slot[]): Promise<void> {
    let prepared: Prepared | undefined;
    try {
      prepared = await this.prepare(slots);
    } catch (cause) {
      if (cause instanceof HungError) return this.stop(cause);
      const error = new SequencerError('batch-failed', 'the entry could not be logged, try again', { cause });
      for (const slot of slots) this.pool.reject(slot, error);
      this.options.onTrouble(cause);
      return;
    }
    if (prepared === undefined) return;
    try {
      await this.finish(prepared);
    } catch (error) {
      this.stop(error);
    }
  }

  /** Everything that may fail without harm. Answers the entries that the log has already. */
  private async prepare(slots: readonly Slot[]): Promise<Prepared | undefined> {
    const { head, staged, codec, naming } = this.options;
    const begun = performance.now();
    const identities = slots.map(({ entry }) => entry.identity);
    const known = await this.soon('looking entries up', head.find(identities));
    const found = performance.now();
    const fresh: Slot[] = [];
    for (const [at, slot] of slots.entries()) {
      const index = known.get(at);
      if (index === undefined) fresh.push(slot);
      else this.answerRepeated(slot, index);
    }
    if (fresh.length === 0) return undefined;
    const entries = fresh.map(({ entry }) => entry);
    const batch = sequence(this.edge, entries, codec, naming);
    const made = performance.now();
    const stagedAs = await this.soon('staging', stage(staged, batch));
    const took = { find: found - begun, stage: performance.now() - made };
    return { slots: fresh, batch, begun, stagedAs, took };
  }

  /** From here on an error leaves us not knowing what the log is. */
  private async finish({ slots, batch, stagedAs, begun, took }: Prepared): Promise<void> {
    const { head, objects } = this.options;
    const { before, after, writes } = batch;
    const entries = slots.map(({ entry }) => entry);
    const committing = performance.now();
    await this.soon('the commit', head.commit(before, after.head, entries));
    const committed = performance.now();
    await this.soon('publishing', publish(objects, { writes, after: after.head }));
    this.edge = after;
    this.published.advance(after.head, Date.now());
    const steps = { ...took, commit: committed - committing, publish: performance.now() - committed };
    this.options.onBatch?.({ entries: slots.length, steps, integrateMs: committed - begun });
    this.settler.add(stagedAs, new Set(writes.map(({ path }) => path)));
    if (this.settler.waiting >= settleAfterBatches) void this.settle();
    await this.answer(slots, batch);
  }

  private async answer(slots: readonly Slot[], { before, after, prove }: Batch): Promise<void> {
    let covered = after.head;
    try {
      covered = (await this.options.witnessing?.cover(after.head)) ?? after.head;
    } catch (error) {
      if (!(error instanceof SequencerError)) throw error;
      for (const slot of slots) this.pool.reject(slot, error);
      return;
    }
    for (const [at, slot] of slots.entries()) {
      const index = before.size + BigInt(at);
      const { record } = slot.entry;
      const logged = { index, head: covered, record, duplicate: false };
      this.pool.resolve(slot, { ...logged, prove: async () => prove(index) });
    }
  }

  private answerRepeated(slot: Slot, index: bigint): void {
    const { published, options } = this;
    const { witnessing } = options;
    const head = witnessing === undefined ? published.head : witnessing.covering(index, published.head);
    if (head !== undefined) return this.pool.resolve(slot, this.loggedEarlier(index, head));
    const reason = 'the entry is logged, but not enough witnesses answered yet: try again';
    this.pool.reject(slot, new SequencerError('unwitnessed', reason));
  }

  private loggedEarlier(index: bigint, head: SignedHead): LoggedEntry {
    const { published } = this;
    return {
      index,
      head,
      record: undefined,
      duplicate: true,
      prove: () => published.prove(index, head.size),
    };
  }

  private async tick(): Promise<void> {
    try {
      await this.soon('the database', this.options.head.check());
      // Nobody else can have moved the head: of a log that is quiet the checkpoint is as new as this.
      if (this.pool.depth === 0) this.published.advance(this.published.head, Date.now());
    } catch (error) {
      if (!this.closing) this.stop(error);
    }
    this.options.witnessing?.refresh(this.published.head);
    await this.settle();
  }

  private async settle(): Promise<void> {
    try {
      await this.soon('settling', this.settler.settle());
    } catch (error) {
      this.stop(error);
    }
  }

  /** What hangs may still happen later, so nothing can be said of it: the sequencer stops, as after a failed commit. */
  private async soon<T>(step: string, work: Promise<T>): Promise<T> {
    const patienceMs = this.options.stepPatienceMs ?? stepPatienceMs;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, fail) => {
      timer = setTimeout(() => fail(new HungError(`${step} took longer than ${patienceMs} ms`)), patienceMs);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  }

  private stop(error: unknown): void {
    if (this.fatal !== undefined) return;
    this.fatal = error ?? new Error('unknown');
    clearInterval(this.timer);
    this.pool.rejectAll(stopped(error));
    this.pool.nudge();
    this.options.onFatal(error);
  }
}

/** As upstream says it; clients show it to people. */
export const frozenText = 'This log has been frozen, please switch to the latest log.';

class HungError extends Error {
  override readonly name = 'HungError';
}

interface Prepared {
  readonly slots: readonly Slot[];
  readonly batch: Batch;
  readonly stagedAs: string;
  /** When the batch was taken, of a clock that does not jump. */
  readonly begun: number;
  readonly took: Pick<BatchTold['steps'], 'find' | 'stage'>;
}

function stopped(cause: unknown): SequencerError {
  return new SequencerError('stopped', 'the log is restarting, try again', { cause });
}
