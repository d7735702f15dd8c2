/**
 * What a log stands on, in memory: objects with and without a flush behind them, staging, and the head with its lock.
 * They outlive the sequencers that use them, as a disk and a database do.
 */
import { equal, toHex } from '#lib/encoding/bytes.ts';
import { LogStateError } from '#log/sequencer/entry.ts';
import type { HeadStore, KnownEntry, SignedHead } from '#log/sequencer/head.ts';
import { StorageError, type PublishedObjects, type StagedObjects } from '#log/storage/objects.ts';

export class MemoryObjects implements PublishedObjects {
  private readonly bytes = new Map<string, Uint8Array>();
  private readonly durable = new Map<string, Uint8Array>();

  async read(path: string): Promise<Uint8Array | undefined> {
    return this.bytes.get(path)?.slice();
  }

  async extend(path: string, offset: number, bytes: Uint8Array): Promise<void> {
    const before = this.bytes.get(path) ?? new Uint8Array(0);
    if (before.length < offset) throw new StorageError('hole', `${path} ends before ${offset}`);
    const after = new Uint8Array(Math.max(before.length, offset + bytes.length));
    after.set(before);
    after.set(bytes, offset);
    this.bytes.set(path, after);
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    this.bytes.set(path, bytes.slice());
  }

  async flush(paths: Iterable<string>): Promise<void> {
    for (const path of paths) {
      const bytes = this.bytes.get(path);
      if (bytes !== undefined) this.durable.set(path, bytes.slice());
    }
  }

  copy(): MemoryObjects {
    const copy = new MemoryObjects();
    for (const [path, bytes] of this.bytes) copy.bytes.set(path, bytes);
    for (const [path, bytes] of this.durable) copy.durable.set(path, bytes);
    return copy;
  }

  /** What was not flushed is gone. */
  losePower(): void {
    this.bytes.clear();
    for (const [path, bytes] of this.durable) this.bytes.set(path, bytes.slice());
  }
}

export class MemoryStaged implements StagedObjects {
  private readonly bytes = new Map<string, Uint8Array>();

  async put(name: string, bytes: Uint8Array): Promise<void> {
    this.bytes.set(name, bytes.slice());
  }

  async list(): Promise<string[]> {
    return [...this.bytes.keys()];
  }

  async read(name: string): Promise<Uint8Array> {
    const bytes = this.bytes.get(name);
    if (bytes === undefined) throw new StorageError('missing', `nothing staged as ${name}`);
    return bytes;
  }

  async drop(name: string): Promise<void> {
    this.bytes.delete(name);
  }

  copy(): MemoryStaged {
    const copy = new MemoryStaged();
    for (const [name, bytes] of this.bytes) copy.bytes.set(name, bytes);
    return copy;
  }
}

/** The database's part: one row, what is known, and who holds the lock. */
export interface HeadRow {
  head: SignedHead | undefined;
  readonly known: Map<string, bigint>;
  holder: object | undefined;
}

export class MemoryHead implements HeadStore {
  private readonly row: HeadRow;

  /** Takes the lock; a holder before it must have let go. */
  constructor(row: HeadRow) {
    if (row.holder !== undefined) throw new LogStateError('somebody else holds the lock');
    this.row = row;
    row.holder = this;
  }

  async read(): Promise<SignedHead | undefined> {
    return this.row.head;
  }

  async create(genesis: SignedHead): Promise<void> {
    if (this.row.head !== undefined) throw new Error('it was begun before');
    this.row.head = genesis;
  }

  async find(identities: readonly Uint8Array[]): Promise<Map<number, bigint>> {
    const found = new Map<number, bigint>();
    for (const [at, identity] of identities.entries()) {
      const index = this.row.known.get(toHex(identity));
      if (index !== undefined) found.set(at, index);
    }
    return found;
  }

  async commit(before: SignedHead, after: SignedHead, entries: readonly KnownEntry[]): Promise<void> {
    const { head } = this.row;
    const same = head !== undefined && head.size === before.size && equal(head.root, before.root);
    if (!same || this.row.holder !== this) throw new LogStateError('the head was moved, or the lock lost');
    this.write(before, after, entries);
  }

  protected write(before: SignedHead, after: SignedHead, entries: readonly KnownEntry[]): void {
    this.row.head = after;
    for (const [at, { identity }] of entries.entries()) {
      const key = toHex(identity);
      if (!this.row.known.has(key)) this.row.known.set(key, before.size + BigInt(at));
    }
  }

  async check(): Promise<void> {
    if (this.row.holder !== this) throw new LogStateError('the lock is not ours any more');
  }

  /** As the end of a session does. */
  close(): void {
    if (this.row.holder === this) this.row.holder = undefined;
  }
}
