/** How a log takes entries in this process: by the sequencer itself, or by another process that has it. */
import type { PublishedLog } from '../read/published-log.ts';
import type { LoggedEntry, PendingEntry } from './entry.ts';
import type { SignedHead } from './head.ts';

export interface LogWriter {
  readonly published: PublishedLog;

  /** Undefined while all is well, else one sentence. */
  readonly problem: string | undefined;

  /** As Witnessing has it; undefined where no witnesses are asked by this process. */
  readonly uncosignedMs: number | undefined;

  /** It takes nothing more, and its head is the last. */
  readonly isFrozen: boolean;

  /** How many entries have no answer yet. */
  readonly depth: number;

  /** Resolves once the entry is committed and covered by a published checkpoint; rejects with a SequencerError. */
  add(entry: PendingEntry): Promise<LoggedEntry>;

  /** Throws SequencerError `frozen`. */
  requireOpen(): void;

  /** Takes nothing more from now on; resolves with the head that stays, once what waits is answered. */
  freeze(): Promise<SignedHead>;
}
