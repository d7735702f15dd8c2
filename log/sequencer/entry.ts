/** The stages of an entry, and the two ways in which the logs on this engine differ: what they store, what they hash. */
import type { SignedHead } from './head.ts';

/** Accepted by its log's own rules, not yet anywhere. */
export interface PendingEntry {
  /** 32 bytes: SHA-256 of what makes two submissions the same entry. */
  readonly identity: Uint8Array;
  /** What is stored: one record of an entry bundle. */
  readonly record: Uint8Array;
  readonly leafHash: Uint8Array;
}

/** Committed: at its index in every later checkpoint. */
export interface LoggedEntry {
  readonly index: bigint;
  /** A checkpoint that covers the entry. */
  readonly head: SignedHead;
  /** What was logged first, when that is still at hand; for an entry of earlier days it is to be read from the log. */
  readonly record: Uint8Array | undefined;
  /** True when the log had it before this submission. */
  readonly duplicate: boolean;
  /** Inclusion in `head`, leaf to root. */
  prove(): Promise<Uint8Array[]>;
}

/** How records stand in an entry bundle. */
export interface BundleCodec {
  /** A record with what marks its end. */
  frame(record: Uint8Array): Uint8Array;
  /** Where the framed record that begins at `at` has its end; throws when it is not all there. */
  end(bundle: Uint8Array, at: number): number;
  /** A framed record, framing off, as a view. */
  unframe(framed: Uint8Array): Uint8Array;
  leafHash(record: Uint8Array): Uint8Array;
}

export type SequencerErrorCode =
  /** The queue is full; nothing was taken. */
  | 'busy'
  /** This batch was given up before its commit; nothing of it is in the log. */
  | 'batch-failed'
  /** The entry is in the log, but not enough witnesses have cosigned it yet. */
  | 'unwitnessed'
  /** The log takes no entries any more, or not in this process. */
  | 'frozen'
  /** No answer in time; whether the entry is in the log is not known here. */
  | 'late'
  /** The sequencer has stopped; whether the entry is in the log is not known here. */
  | 'stopped';

export class SequencerError extends Error {
  override readonly name = 'SequencerError';
  readonly code: SequencerErrorCode;

  constructor(code: SequencerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A log must not go on in this state. The message is one sentence for the operator. */
export class LogStateError extends Error {
  override readonly name = 'LogStateError';
}
