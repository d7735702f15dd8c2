/** What the sequencer asks of witnesses. Without any, every head is its own cover. */
import type { SignedHead } from './head.ts';

export interface Witnessing {
  /** For how many milliseconds the witnesses have failed to cosign the newest head; 0 while they do. */
  readonly lackingMs: number;

  /** Undefined while all is well, else one sentence. */
  readonly problem: string | undefined;

  /**
   * Told of every head once it is published, one after the other. Resolves with the same head as it may be answered
   * with; rejects with a SequencerError `unwitnessed` when it may not be yet.
   */
  cover(head: SignedHead): Promise<SignedHead>;

  /** The head to answer for an entry logged earlier; undefined when there is none yet that may be. */
  covering(index: bigint, newest: SignedHead): SignedHead | undefined;

  /** Told of the newest head now and then: of a log that is quiet the times of cosignatures must not grow old. */
  refresh(newest: SignedHead): void;

  /** What the checkpoint resource shows, given the newest head. Never goes back. */
  shown(newest: SignedHead): SignedHead;

  /** What it would show; nobody is shown it. */
  wouldShow(newest: SignedHead): SignedHead;
}
