/** What a log is at one moment: its size, its root, and the signed checkpoint that says so. */
import type { CompactRange } from '#lib/merkle/compact-range.ts';

export interface SignedHead {
  readonly size: bigint;
  readonly root: Uint8Array;
  /** The signed note. */
  readonly checkpoint: string;
}

/** What the sequencer keeps of the right edge, enough to append. */
export interface Edge {
  readonly head: SignedHead;
  readonly range: CompactRange;
  /** Bytes in the entry bundle that is not full yet. */
  readonly bundleBytes: number;
}

/** An entry as it becomes known: both hashes lead to its index. */
export interface KnownEntry {
  readonly identity: Uint8Array;
  readonly leafHash: Uint8Array;
}

/**
 * The durable truth of which head a log is at: the lock, the commit point, and which entries are known. One instance
 * holds a log at a time; `find` and `commit` are called by one caller, one after the other.
 */
export interface HeadStore {
  /** Undefined when the log was never begun. */
  read(): Promise<SignedHead | undefined>;

  /** Begins a log. */
  create(genesis: SignedHead): Promise<void>;

  /** The index of every identity the log has already, by position in the list. Rejecting changes nothing. */
  find(identities: readonly Uint8Array[]): Promise<Map<number, bigint>>;

  /**
   * THE COMMIT POINT. Resolves when `after` is durable and its entries are known under their indexes. When it rejects,
   * for whatever reason, the outcome is unknown: the caller must stop for good, a restart finds out.
   */
  commit(before: SignedHead, after: SignedHead, entries: readonly KnownEntry[]): Promise<void>;

  /** Rejects when the lock is not ours any more. */
  check(): Promise<void>;
}
