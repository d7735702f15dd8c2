/**
 * When witnesses are asked, and what their answers change. `async`: a round is always under way for the newest head;
 * the cosigned checkpoint is shown once there is one. `require`: nobody is answered before a quorum has cosigned.
 */
import { SequencerError } from '../sequencer/entry.ts';
import type { SignedHead } from '../sequencer/head.ts';
import type { Witnessing } from '../sequencer/witnessing.ts';
import type { Gathered, Gatherer } from './gather.ts';

export interface WitnessingOptions {
  readonly gatherer: Gatherer;
  readonly mode: 'async' | 'require';
  readonly budgetMs: number;
  /** After so long a head is cosigned again. */
  readonly againMs?: number;
  /** Told of each round. */
  onRound(round: Gathered): void;
  /** Milliseconds, of a clock that does not jump. */
  now(): number;
}

/** How long a cosigned checkpoint is shown in place of newer ones that are not, while cosigning goes on. */
const cosignedIsFreshMs = 10_000;
const pauseAfterFailureMs = 1_000;
/** One round that failed is no trouble yet: the next one follows. */
const lackIsTroubleMs = 3_000;
/** Of a log that is quiet the witnesses are asked again, so that the times they state stay near. */
const cosignAgainMs = 60_000;

export class WitnessRounds implements Witnessing {
  private readonly options: WitnessingOptions;
  private cosigned: { head: SignedHead; at: number } | undefined;
  private lastShown = 0n;
  /** Of the first of the rounds in a row that failed; the last one may still be for an older head. */
  private lackingSince: number | undefined;
  private pending: SignedHead | undefined;
  private running: Promise<void> | undefined;
  private closed = false;
  private wake: (() => void) | undefined;

  constructor(options: WitnessingOptions) {
    this.options = options;
  }

  get lackingMs(): number {
    return this.lackingSince === undefined ? 0 : this.options.now() - this.lackingSince;
  }

  /** Without required cosignatures entries are taken all the same. */
  get problem(): string | undefined {
    return this.options.mode === 'require' && this.lackingMs > lackIsTroubleMs
      ? 'not enough witnesses cosign its checkpoints: entries are not acknowledged until they do'
      : undefined;
  }

  async cover(head: SignedHead): Promise<SignedHead> {
    if (this.options.mode === 'async') {
      this.ask(head);
      return head;
    }
    const round = await this.round(head, 'enough');
    if (round.isQuorum) return round.head;
    // It is in the log; whoever repeats it is answered once the witnesses are back.
    this.ask(head);
    throw new SequencerError(
      'unwitnessed',
      'the entry is logged, but not enough witnesses answered yet: try again',
    );
  }

  covering(index: bigint, newest: SignedHead): SignedHead | undefined {
    const cosigned = this.cosigned?.head;
    if (cosigned !== undefined && cosigned.size > index) return cosigned;
    return this.options.mode === 'async' ? newest : undefined;
  }

  shown(newest: SignedHead): SignedHead {
    const shown = this.wouldShow(newest);
    this.lastShown = shown.size;
    return shown;
  }

  wouldShow(newest: SignedHead): SignedHead {
    const { cosigned, options } = this;
    const fresh =
      cosigned !== undefined &&
      (options.mode === 'require' ||
        cosigned.head.size === newest.size ||
        options.now() - cosigned.at < cosignedIsFreshMs);
    return fresh && cosigned.head.size >= this.lastShown ? cosigned.head : newest;
  }

  refresh(newest: SignedHead): void {
    const { cosigned, options } = this;
    const isOld = cosigned === undefined || options.now() - cosigned.at > (options.againMs ?? cosignAgainMs);
    if (isOld && this.running === undefined && !this.closed) this.ask(newest);
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.closed = true;
    this.wake?.();
    await this.running;
  }

  private ask(head: SignedHead): void {
    this.pending = head;
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  /** Rounds for the newest head, until it is cosigned and no newer one came. */
  private async run(): Promise<void> {
    while (this.pending !== undefined && !this.closed) {
      const head = this.pending;
      this.pending = undefined;
      const { isQuorum } = await this.round(head, 'all');
      if (isQuorum) continue;
      this.pending ??= head;
      await this.pause();
    }
  }

  private async round(head: SignedHead, until: 'enough' | 'all'): Promise<Gathered> {
    const begun = this.options.now();
    const round = await this.options.gatherer.gather(head, this.options.budgetMs, until);
    if (round.isQuorum) this.lackingSince = undefined;
    else if (head.size >= (this.cosigned?.head.size ?? 0n)) this.lackingSince ??= begun;
    if (round.isQuorum && head.size >= (this.cosigned?.head.size ?? 0n)) {
      this.cosigned = { head: round.head, at: this.options.now() };
    }
    this.options.onRound(round);
    return round;
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pauseAfterFailureMs);
      timer.unref();
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
