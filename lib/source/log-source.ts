/**
 * Any transparency log as the monitor reads it. What comes before: a log's public HTTP. What comes after:
 * workers/follow, which believes nothing here until signature, consistency and root are checked.
 */

export type SourceErrorCode =
  /** No answer, a server error, too slow, or asked to wait: try again later. */
  | 'unreachable'
  | 'not-found'
  | 'too-large'
  /** An answer, but not of the form the log's protocol has. */
  | 'malformed'
  /** A head in good form, that does not carry the signature of the log's key. */
  | 'bad-signature'
  /** A head in good form, signed by a key that is not this log's. */
  | 'unknown-key';

export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly code: SourceErrorCode;

  constructor(code: SourceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A log's statement of its size and root, with its signature checked. */
export interface SignedHead {
  readonly size: bigint;
  readonly root: Uint8Array;
  /** When the log says it made the statement, where it says so. */
  readonly at: Date | undefined;
  /** What the log signed, as it sent it: evidence that stands without us. */
  readonly evidence: string;
}

export interface SourceEntry {
  /** The bytes that are hashed into the tree. */
  readonly leaf: Uint8Array;
  /** Served along with it, outside the tree; empty for most logs. */
  readonly extraData: Uint8Array;
}

/** All methods but `open` ask the log, and throw SourceError. Everything they give is hostile until proven. */
export interface LogSource {
  /** The log's newest head as it sends it. */
  head(): Promise<string>;
  /** Reads a head and checks its signature. Throws SourceError `malformed`, `bad-signature` or `unknown-key`. */
  open(head: string): SignedHead;
  /** Entries from `from` on, at least one, at most up to `to`, of the tree of `size` leaves. */
  entries(from: bigint, to: bigint, size: bigint): Promise<SourceEntry[]>;
  /** The proof of RFC 6962 §2.1.2 between two sizes, 0 < first < second. */
  consistency(first: bigint, second: bigint): Promise<Uint8Array[]>;
}

/**
 * Reads a path below the log's address; with a body, which is JSON, by POST, as one old protocol asks questions. Throws
 * SourceError; never gives more than maxBytes.
 */
export type FetchBytes = (path: string, maxBytes: number, body?: string) => Promise<Uint8Array>;
