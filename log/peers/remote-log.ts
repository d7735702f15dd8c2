/**
 * A log whose sequencer is in another process: reads are answered here, from the objects both see; entries that were
 * accepted here are handed over, many in one message.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import { parseCheckpoint } from '#lib/note/checkpoint.ts';
import { openNote, type NoteVerifier } from '#lib/note/signed-note.ts';
import { PublishedLog } from '../read/published-log.ts';
import { SequencerError, type BundleCodec, type LoggedEntry, type PendingEntry } from '../sequencer/entry.ts';
import type { SignedHead } from '../sequencer/head.ts';
import type { LogWriter } from '../sequencer/log-writer.ts';
import { checkpointPath } from '../sequencer/publish.ts';
import { frozenText } from '../sequencer/sequencer.ts';
import type { PublishedObjects } from '../storage/objects.ts';
import type { LeaderClient } from './leader-client.ts';
import type { AppendAnswer } from './message.ts';

export interface RemoteLogParts {
  /** Hexadecimal. */
  readonly logId: string;
  readonly verifier: NoteVerifier;
  readonly objects: PublishedObjects;
  readonly codec: BundleCodec;
  readonly leader: LeaderClient;
  readonly readOnly: boolean;
  readonly isWitnessed: boolean;
  readonly onTrouble: (error: unknown) => void;
}

interface Waiting {
  readonly entry: PendingEntry;
  resolve(logged: LoggedEntry): void;
  reject(error: unknown): void;
}

const followMs = 200;
const mostInMessage = 64;
const mostWaiting = 4096;
/** So long the objects may lag behind what the leader says before it is a problem. */
const lagMs = 5_000;

export class RemoteLog implements LogWriter {
  readonly published: PublishedLog;
  private readonly parts: RemoteLogParts;
  private readonly timer: NodeJS.Timeout;
  private gathered: Waiting[] = [];
  private waiting = 0;
  private frozen: boolean;
  private following: Promise<void> | undefined;
  private lagsSince: number | undefined;
  private closed = false;

  private constructor(parts: RemoteLogParts, head: SignedHead) {
    this.parts = parts;
    this.frozen = parts.readOnly;
    this.published = new PublishedLog(parts.objects, parts.codec, head, Date.now());
    // With witnesses the leader knows which checkpoint may be shown.
    const shown = (newest: SignedHead): SignedHead => this.shown(newest);
    if (parts.isWitnessed) this.published.showThrough({ shown, wouldShow: shown });
    this.published.renewThrough(() => this.renew());
    this.timer = setInterval(() => void this.follow(), followMs);
  }

  /** Throws unless something was published that the log's own key signed. */
  static async open(parts: RemoteLogParts): Promise<RemoteLog> {
    return new RemoteLog(parts, await publishedHead(parts));
  }

  close(): void {
    this.closed = true;
    clearInterval(this.timer);
  }

  get problem(): string | undefined {
    const { lagsSince } = this;
    if (lagsSince !== undefined && performance.now() - lagsSince > lagMs)
      return 'what is published does not arrive here: does this process see the files of the one that sequences?';
    if (!this.parts.readOnly && this.parts.leader.stateOf(this.parts.logId) === undefined)
      return 'the process that sequences does not answer';
    return undefined;
  }

  /** The process that sequences asks the witnesses. */
  readonly uncosignedMs = undefined;

  get depth(): number {
    return this.waiting;
  }

  get isFrozen(): boolean {
    return this.frozen && this.parts.leader.stateOf(this.parts.logId)?.isFrozen !== false;
  }

  requireOpen(): void {
    if (this.frozen) throw new SequencerError('frozen', frozenText);
  }

  async add(entry: PendingEntry): Promise<LoggedEntry> {
    this.requireOpen();
    if (this.waiting >= mostWaiting)
      throw new SequencerError('busy', 'too many entries wait to be logged, try again');
    this.waiting++;
    return new Promise<LoggedEntry>((resolve, reject) => {
      if (this.gathered.length === 0) setImmediate(() => this.send());
      this.gathered.push({ entry, resolve, reject });
    }).finally(() => this.waiting--);
  }

  /** The end of a log is known when whoever sequences it says so, and all of it is here. */
  async freeze(): Promise<SignedHead> {
    this.frozen = true;
    for (;;) {
      const state = this.parts.leader.stateOf(this.parts.logId);
      await this.follow();
      const { head } = this.published;
      if (state === undefined ? this.parts.readOnly : state.isFrozen && head.size === state.size) return head;
      if (this.closed) return head;
      await sleep(followMs);
    }
  }

  private send(): void {
    const { gathered } = this;
    this.gathered = [];
    for (let at = 0; at < gathered.length; at += mostInMessage)
      void this.handOver(gathered.slice(at, at + mostInMessage));
  }

  private async handOver(batch: readonly Waiting[]): Promise<void> {
    try {
      const { leader, logId } = this.parts;
      const answers = await leader.append(
        logId,
        batch.map(({ entry }) => entry),
      );
      // Whoever is answered may ask this very process for the entry next.
      await this.follow();
      for (const [at, waiting] of batch.entries()) settle(waiting, answers[at]);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  /** By a look that begins now: one under way may have looked too early. */
  private async renew(): Promise<void> {
    await this.following;
    await this.follow();
  }

  private follow(): Promise<void> {
    this.following ??= this.readHead()
      .catch(this.parts.onTrouble)
      .finally(() => (this.following = undefined));
    return this.following;
  }

  private async readHead(): Promise<void> {
    const head = await publishedHead(this.parts);
    // Never back, whatever somebody wrote there who was frozen and woke up.
    const { head: before } = this.published;
    this.published.advance(head.size > before.size ? head : before, Date.now());
    const known = this.parts.leader.stateOf(this.parts.logId)?.size ?? 0n;
    if (known <= this.published.head.size) this.lagsSince = undefined;
    else this.lagsSince ??= performance.now();
  }

  private shown(newest: SignedHead): SignedHead {
    const note = this.parts.leader.stateOf(this.parts.logId)?.shown;
    if (note === undefined) return newest;
    const { size, root } = openHead(note, this.parts.verifier);
    return size <= newest.size ? { size, root, checkpoint: note } : newest;
  }
}

function settle({ entry, resolve, reject }: Waiting, answer: AppendAnswer | undefined): void {
  if (answer === undefined) return reject(new SequencerError('late', 'no answer in time, try again'));
  if ('code' in answer) return reject(new SequencerError(answer.code, answer.message));
  const { index, head, duplicate, proof } = answer;
  const record = duplicate ? answer.record : entry.record;
  resolve({ index, head, duplicate, record, prove: async () => proof });
}

async function publishedHead({ objects, verifier }: RemoteLogParts): Promise<SignedHead> {
  const note = fromUtf8((await objects.read(checkpointPath)) ?? new Uint8Array(0));
  const { size, root } = openHead(note, verifier);
  return { size, root, checkpoint: note };
}

function openHead(note: string, verifier: NoteVerifier): { size: bigint; root: Uint8Array } {
  return parseCheckpoint(openNote(note, [verifier]).text);
}
