/** What the world may read of a log: everything up to the published head, and nothing behind it. */
import { proveConsistency } from '#lib/merkle/consistency.ts';
import { proveInclusion } from '#lib/merkle/inclusion.ts';
import { hashesFromTiles, hashSize, tileAt } from '#lib/merkle/tile.ts';
import { fullWidth, tilePath, type TileId } from '#lib/merkle/tile-path.ts';
import { lengthOfRecords, splitBundle } from '../sequencer/bundle.ts';
import type { BundleCodec } from '../sequencer/entry.ts';
import type { SignedHead } from '../sequencer/head.ts';
import { StorageError, type PublishedObjects } from '../storage/objects.ts';
import { RecentBytes } from './recent-bytes.ts';

/** Kept apart: a tile has 8 KiB and serves every proof, an entry bundle some hundred KiB, and would push out many. */
const keptTileBytes = 32 * 1024 * 1024;
const keptBundleBytes = 64 * 1024 * 1024;

/** See Witnessing. */
export type Choice = Readonly<Record<'shown' | 'wouldShow', (newest: SignedHead) => SignedHead>>;

export class PublishedLog {
  private readonly objects: PublishedObjects;
  private readonly codec: BundleCodec;
  /** Full ones, which never change. */
  private readonly tiles = new RecentBytes(keptTileBytes);
  private readonly bundles = new RecentBytes(keptBundleBytes);
  private current: SignedHead;
  private changedAt: number;
  private lastShown: { readonly size: bigint; readonly at: number };
  private renewing: (() => Promise<void>) | undefined;
  private choice: Choice = { shown: (newest) => newest, wouldShow: (newest) => newest };

  constructor(objects: PublishedObjects, codec: BundleCodec, head: SignedHead, now: number) {
    this.objects = objects;
    this.codec = codec;
    this.current = head;
    this.changedAt = now;
    this.lastShown = { size: head.size, at: now };
  }

  get head(): SignedHead {
    return this.current;
  }

  /** What the checkpoint resource says: the head, or the newest one that witnesses cosigned. */
  get shown(): SignedHead {
    return this.choice.shown(this.current);
  }

  showThrough(choice: Choice): void {
    this.choice = choice;
  }

  /**
   * Before a head is stated: where another process publishes, what it has stated already must not be unknown here, or
   * whoever asks one and then the other sees the log go back.
   */
  async renew(): Promise<void> {
    await this.renewing?.();
  }

  renewThrough(renew: () => Promise<void>): void {
    this.renewing = renew;
  }

  /**
   * The size of what is shown, and when that was last published, or known to be the newest still, in milliseconds: while
   * witnesses keep it behind the head it grows old, however new the head is.
   */
  get served(): { readonly size: bigint; readonly at: number } {
    this.lookAtShown(this.changedAt);
    return this.lastShown;
  }

  /** When the head was last published, or known to be the newest still, in milliseconds. */
  get publishedAt(): number {
    return this.changedAt;
  }

  /** Called by the sequencer alone, when `head` and all it speaks of is readable. */
  advance(head: SignedHead, now: number): void {
    this.current = head;
    this.changedAt = now;
    this.lookAtShown(now);
  }

  private lookAtShown(now: number): void {
    const { size } = this.choice.wouldShow(this.current);
    if (size === this.current.size || size !== this.lastShown.size) this.lastShown = { size, at: now };
  }

  /** Undefined for a tile or bundle wider than the head: `.p/W` is the beginning of an object that grows. */
  async tile(id: TileId): Promise<Uint8Array | undefined> {
    const most = tileAt(id.level, id.index, this.current.size)?.width ?? 0;
    if (id.width > most) return undefined;
    const bytes = await this.object({ ...id, width: most });
    if (id.level !== 'entries') return bytes.subarray(0, id.width * hashSize);
    // A bundle that is full holds nothing behind its 256 entries.
    if (id.width === fullWidth) return bytes;
    return bytes.subarray(0, lengthOfRecords(this.codec, bytes, id.width));
  }

  /** The records [start, end), all below the head's size. */
  async records(start: bigint, end: bigint): Promise<Uint8Array[]> {
    const records: Uint8Array[] = [];
    for (let index = start / 256n; index * 256n < end; index++) {
      const tile = tileAt('entries', index, this.current.size);
      if (tile === undefined) throw new RangeError(`no entries at ${index * 256n} yet`);
      const bundle = await this.object(tile);
      const first = start > index * 256n ? Number(start - index * 256n) : 0;
      const last = Math.min(Number(end - index * 256n), tile.width);
      records.push(...splitBundle(this.codec, bundle, last).slice(first));
    }
    return records;
  }

  /** Inclusion of an entry in the tree of `size` leaves, at most the head's. */
  prove(index: bigint, size: bigint): Promise<Uint8Array[]> {
    return proveInclusion(this.hashes(size), index, size);
  }

  consistency(oldSize: bigint, newSize: bigint): Promise<Uint8Array[]> {
    return proveConsistency(this.hashes(newSize), oldSize, newSize);
  }

  private hashes(size: bigint): ReturnType<typeof hashesFromTiles> {
    if (size > this.current.size) throw new RangeError(`no tree of ${size} leaves yet`);
    return hashesFromTiles(async (tiles) => {
      const read = await Promise.all(tiles.map((tile) => this.tile(tile)));
      return read.map((bytes) => bytes ?? new Uint8Array(0));
    }, size);
  }

  /** As wide as the head makes it, and maybe wider. */
  private async object(id: TileId): Promise<Uint8Array> {
    const path = tilePath({ ...id, width: fullWidth });
    const recent = id.level === 'entries' ? this.bundles : this.tiles;
    const known = recent.get(path);
    if (known !== undefined) return known;
    const bytes = await this.objects.read(path);
    if (bytes === undefined) throw new StorageError('missing', `${path} was published and is not there`);
    this.requireWhole(path, id, bytes);
    if (id.width === fullWidth) recent.keep(path, bytes);
    return bytes;
  }

  /** What is short now was longer when it was published, and whoever is given it would keep it for ever. */
  private requireWhole(path: string, { level, width }: TileId, bytes: Uint8Array): void {
    try {
      if (level === 'entries') lengthOfRecords(this.codec, bytes, width);
      else if (bytes.length < width * hashSize) throw new RangeError(`${bytes.length} bytes`);
    } catch (cause) {
      throw new StorageError('unavailable', `${path} is shorter than it was when it was published`, {
        cause,
      });
    }
  }
}
