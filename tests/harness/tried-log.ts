/**
 * A log that is tried: a client that repeats what was not acknowledged, a supervisor that starts the sequencer again when
 * it stops or hangs, and a ledger of all that the world was ever told. `check` holds the log against that ledger.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { concat, equal, fromUtf8, toHex, utf8 } from '#lib/encoding/bytes.ts';
import { checkTiles } from '#lib/fsck/check-tiles.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { verifyInclusion } from '#lib/merkle/inclusion.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { fullWidth, parseTilePath, tilePath } from '#lib/merkle/tile-path.ts';
import { parseCheckpoint, type Checkpoint } from '#lib/note/checkpoint.ts';
import { logIdOf, logVerifier } from '#lib/note/log-verifier.ts';
import { openNote } from '#lib/note/signed-note.ts';
import { rekorBundle } from '#log/rekor/bundle.ts';
import { lengthOfRecords } from '#log/sequencer/bundle.ts';
import type { BundleCodec, LoggedEntry, PendingEntry } from '#log/sequencer/entry.ts';
import type { HeadStore } from '#log/sequencer/head.ts';
import { checkpointPath } from '#log/sequencer/publish.ts';
import { Sequencer } from '#log/sequencer/sequencer.ts';
import type { PublishedObjects, StagedObjects } from '#log/storage/objects.ts';
import { Faults } from './faults.ts';
import { MemoryHead, MemoryObjects, MemoryStaged, type HeadRow } from './memory-log.ts';

/** What the log did that it must never do. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

const origin = 'tried.example';
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const spki = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }));
const logId = logIdOf(origin, spki);
const signer = {
  name: origin,
  keyId: logId.slice(0, 4),
  sign: (message: Uint8Array) => Uint8Array.from(sign(null, message, privateKey)),
};

/** A step in memory is over before any timer fires, however short; only one that hangs is waited for. */
const patienceMs = 4;
/** Closing may wait for the pause between two batches. */
const closePatienceMs = 40;
const mostStarts = 12;

interface Acknowledged {
  readonly entry: PendingEntry;
  readonly logged: LoggedEntry;
  readonly proof: Uint8Array[];
}

/** Parts that a test plants instead of the real ones, or around them, to see them caught. */
export interface Planted {
  head?(row: HeadRow): MemoryHead;
  /** Around the head and the faults it has. */
  aroundHead?(head: HeadStore): HeadStore;
  objects?(objects: PublishedObjects): PublishedObjects;
  staged?(staged: StagedObjects): StagedObjects;
  readonly codec?: BundleCodec;
  answer?(logged: LoggedEntry, sequencer: Sequencer): LoggedEntry;
}

export class TriedLog {
  readonly faults = new Faults();
  readonly objects: MemoryObjects;
  readonly row: HeadRow;
  private readonly staged: MemoryStaged;
  private readonly planted: Planted;
  private readonly acknowledged: Acknowledged[];
  private readonly told: Set<string>;
  /** The ends of the log as the world could read them: what is behind a checkpoint never changes, and may grow. */
  private readonly readable: Map<string, Uint8Array>;
  private toldSize: bigint;
  private current: { sequencer: Sequencer; head: MemoryHead; stopped: () => boolean } | undefined;
  private entries: number;
  private readonly violations: Violation[] = [];

  /** `begun`: a log to go on from, which does not run. */
  constructor(planted: Planted = {}, begun?: TriedLog) {
    this.planted = planted;
    this.objects = begun?.objects.copy() ?? new MemoryObjects();
    this.staged = begun?.staged.copy() ?? new MemoryStaged();
    this.row = { head: begun?.row.head, known: new Map(begun?.row.known), holder: undefined };
    // What was acknowledged before is checked as one of the entries, by the roots told of it, and by its place.
    this.acknowledged = begun?.acknowledged.slice(-3) ?? [];
    this.told = new Set(begun?.told);
    this.readable = new Map(begun?.readable);
    this.toldSize = begun?.toldSize ?? 0n;
    this.entries = begun?.entries ?? 0;
  }

  /** Resolves when all of them are acknowledged, however often the log must be started for it. */
  async submit(count: number): Promise<void> {
    let rest = Array.from({ length: count }, () => newEntry(this.entries++));
    for (let start = 0; rest.length > 0; start++) {
      if (start > mostStarts) throw new Violation('no progress');
      const sequencer = await this.running();
      const answers = await Promise.allSettled(rest.map((entry) => this.add(sequencer, entry)));
      rest = rest.filter((_, at) => answers[at]?.status === 'rejected');
      if (this.current?.stopped() === true) this.kill();
    }
  }

  /** Ends it as an operator does; a close that fails or hangs is a kill. */
  async close(): Promise<void> {
    const { sequencer } = this.current ?? {};
    if (sequencer !== undefined) await inTime(sequencer.close(), closePatienceMs).catch(() => undefined);
    this.kill();
  }

  /** Leaves the sequencer running and forgets it, as a supervisor does that takes a frozen process for dead. */
  abandon(): Sequencer {
    const { sequencer } = this.current ?? {};
    if (sequencer === undefined) throw new Error('it does not run');
    this.current = undefined;
    return sequencer;
  }

  async submitTo(sequencer: Sequencer, count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.add(sequencer, newEntry(this.entries++))));
  }

  /** kill -9, and nothing stays that was not made durable. */
  losePower(): void {
    this.kill();
    this.objects.losePower();
  }

  /** kill -9 */
  kill(): void {
    this.current?.head.close();
    this.current = undefined;
  }

  /** Throws a Violation unless all that was ever told is true of the log as it is now. */
  async check(): Promise<void> {
    this.faults.plan = () => undefined;
    this.kill();
    await this.running();
    for (const [path, { length }] of this.readable) await this.readAgain(path, () => length);
    const [first] = this.violations;
    if (first !== undefined) throw first;
    const head = this.checkpoint(await this.objects.read(checkpointPath));
    await this.fsck(head);
    const records = (await this.current?.sequencer.published.records(0n, head.size)) ?? [];
    this.checkTold(records);
    for (const one of this.acknowledged) checkAcknowledged(one, records);
    if (new Set(records.map(toHex)).size !== records.length) throw new Violation('an entry is there twice');
    if (records.length !== this.entries) throw new Violation(`${records.length} entries of ${this.entries}`);
  }

  private async add(sequencer: Sequencer, entry: PendingEntry): Promise<void> {
    const answered = await sequencer.add(entry);
    const logged = this.planted.answer?.(answered, sequencer) ?? answered;
    this.acknowledged.push({ entry, logged, proof: await logged.prove() });
    this.told.add(logged.head.checkpoint);
  }

  private async running(): Promise<Sequencer> {
    for (let start = 0; this.current === undefined; start++) {
      if (start > mostStarts) throw new Violation('it does not start again');
      const head = this.planted.head?.(this.row) ?? new MemoryHead(this.row);
      await inTime(this.open(head), patienceMs).catch(() => head.close());
    }
    return this.current.sequencer;
  }

  private async open(memory: MemoryHead): Promise<void> {
    let stopped = false;
    const objects: PublishedObjects = this.faults.wrap('objects', this.objects);
    const head: HeadStore = this.faults.wrap('head', memory);
    const staged: StagedObjects = this.faults.wrap('staged', this.staged);
    const sequencer = await Sequencer.open({
      head: this.planted.aroundHead?.(head) ?? head,
      objects: this.planted.objects?.(this.telling(objects)) ?? this.telling(objects),
      staged: this.planted.staged?.(staged) ?? staged,
      codec: this.planted.codec ?? rekorBundle,
      naming: { origin, signers: [signer] },
      stepPatienceMs: patienceMs,
      onFatal: () => (stopped = true),
      onTrouble: () => undefined,
    });
    this.current = { sequencer, head: memory, stopped: () => stopped };
  }

  /** A checkpoint that was being published may have been seen, whatever came of it; so may all that it speaks of. */
  private telling(objects: PublishedObjects): PublishedObjects {
    const { told } = this;
    const replace = async (path: string, bytes: Uint8Array): Promise<void> => {
      if (path === checkpointPath) {
        told.add(fromUtf8(bytes));
        const { size } = this.checkpoint(bytes);
        if (size < this.toldSize) this.accuse(`a checkpoint of ${size} came after one of ${this.toldSize}`);
        this.toldSize = size;
        await this.requireTiles(size);
      }
      return objects.replace(path, bytes);
    };
    return new Proxy(objects, {
      get: (target, name) => (name === 'replace' ? replace : (Reflect.get(target, name) as unknown)),
    });
  }

  /** Not thrown where it is seen, since whoever publishes would only be stopped by it. */
  private accuse(what: string): void {
    this.violations.push(new Violation(what));
  }

  /** The end of a log of this size can be read, and is what was read there before. */
  private async requireTiles(size: bigint): Promise<void> {
    if (size === 0n) return;
    const index = (size - 1n) / 256n;
    const width = Number(size - index * 256n);
    try {
      await this.readAgain(tilePath({ level: 0, index, width: fullWidth }), () => width * 32);
      const bundle = tilePath({ level: 'entries', index, width: fullWidth });
      await this.readAgain(bundle, (bytes) => lengthOfRecords(rekorBundle, bytes, width));
    } catch {
      this.accuse(`a checkpoint of ${size} came before its tiles`);
    }
  }

  /** `lengthOf`: how many of the bytes are behind a checkpoint now. */
  private async readAgain(path: string, lengthOf: (bytes: Uint8Array) => number): Promise<void> {
    const bytes = (await this.objects.read(path)) ?? new Uint8Array(0);
    const before = this.readable.get(path) ?? new Uint8Array(0);
    const length = lengthOf(bytes);
    if (length > bytes.length) throw new RangeError(`${path} is short`);
    if (!equal(before, bytes.subarray(0, before.length))) this.accuse(`${path} is not what it was`);
    this.readable.set(path, bytes.slice(0, length));
  }

  private checkTold(records: readonly Uint8Array[]): void {
    const range = CompactRange.empty();
    const heads = [...this.told].map((note) => this.checkpoint(utf8(note)));
    for (const { size, root } of heads.sort((a, b) => Number(a.size - b.size))) {
      for (const record of records.slice(Number(range.size), Number(size))) range.append(leafHash(record));
      if (range.size !== size || !equal(range.root(), root)) {
        throw new Violation(`the checkpoint of size ${size} is of another log`);
      }
    }
  }

  private checkpoint(note: Uint8Array | undefined): Checkpoint {
    return parseCheckpoint(openNote(fromUtf8(note ?? new Uint8Array(0)), [logVerifier(origin, spki)]).text);
  }

  private async fsck(head: Checkpoint): Promise<void> {
    const published = this.current?.sequencer.published;
    const fetch = async (path: string): Promise<Uint8Array> => {
      const id = parseTilePath(path);
      return (id && (await published?.tile(id))) ?? new Uint8Array(0);
    };
    await checkTiles(fetch, head, { parallel: 4 }).catch((cause: unknown) => {
      throw new Violation(`fsck: ${(cause as Error).message}`, { cause });
    });
  }
}

function checkAcknowledged({ entry, logged, proof }: Acknowledged, records: readonly Uint8Array[]): void {
  const { index, head } = logged;
  const record = records[Number(index)];
  if (record === undefined || !equal(record, entry.record))
    throw new Violation(`entry ${index} was acknowledged and is lost`);
  const { size, root } = head;
  if (!verifyInclusion({ index, size, root, proof, leafHash: entry.leafHash })) {
    throw new Violation(`the proof of entry ${index} does not verify`);
  }
}

function newEntry(number: number): PendingEntry {
  const record = concat(utf8(`entry ${number} `), new Uint8Array(number % 50));
  const hash = leafHash(record);
  return { identity: hash, leafHash: hash, record };
}

async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error('it hangs')), ms);
  });
  work.catch(() => undefined);
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
