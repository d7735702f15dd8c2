/**
 * What a log asks of its storage. Paths are relative, `/` between segments, made by us alone. Two interfaces, since the
 * two kinds of object want opposite things: published ones are many and only grow, staged ones are few and must be
 * durable at once. tests/contract/object-storage.test.ts holds every implementation to the comments below.
 */
export interface PublishedObjects {
  /**
   * The bytes at this moment, undefined when there is no such object. While it grows, a reader sees some prefix, at least
   * of what was there when it asked. What arrives in part is never given: StorageError `unavailable`.
   */
  read(path: string): Promise<Uint8Array | undefined>;

  /**
   * Writes `bytes` at `offset`, which must not lie behind the end of the object (StorageError `hole` otherwise: what
   * should be in front was lost). Bytes in front of `offset` are never touched. Repeating a call changes nothing.
   * Durable after `flush` only. One writer at a time for each object.
   */
  extend(path: string, offset: number, bytes: Uint8Array): Promise<void>;

  /** Creates or replaces the whole object; a reader sees the old bytes or the new, never a mixture. */
  replace(path: string, bytes: Uint8Array): Promise<void>;

  /**
   * Resolves when everything written to these paths before the call survives a loss of power, names included. When it
   * rejects nothing is known about them any more: the caller must not call again, but write again after a restart.
   */
  flush(paths: Iterable<string>): Promise<void>;
}

export interface StagedObjects {
  /**
   * Creates an object that survives a loss of power once this resolves, bytes and name. When it rejects or is cut off,
   * the object may be there whole, in part, or not at all: what is read must prove itself whole.
   */
  put(name: string, bytes: Uint8Array): Promise<void>;

  /** The names of all objects, in no order. */
  list(): Promise<string[]>;

  /** Throws StorageError `missing` when there is none. */
  read(name: string): Promise<Uint8Array>;

  /** Removes it. When this resolves the object may come back after a loss of power; nothing breaks if it does. */
  drop(name: string): Promise<void>;
}

/** `unavailable`: where the objects are does not answer, or gives a part of one; it may pass. */
export type StorageErrorCode = 'hole' | 'missing' | 'failed' | 'full' | 'unavailable';

export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
