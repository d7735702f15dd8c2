/**
 * Reads the whole log again, over and over and slowly, past every cache: entries against their hashes, full tiles against
 * the tiles above them, the right edge against the root. A bit that fell over on an old disk is found by us, and while a
 * copy that has it right is still there, not by whoever needs that entry.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { equal } from '#lib/encoding/bytes.ts';
import { foldTile } from '#lib/fsck/derived-tree.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { coveringNodes } from '#lib/merkle/proof-path.ts';
import { hashesAtTileLevel, hashesFromTiles, hashSize, tileAt } from '#lib/merkle/tile.ts';
import { fullWidth, tilePath, type TileId } from '#lib/merkle/tile-path.ts';
import { splitBundle } from '../sequencer/bundle.ts';
import type { BundleCodec } from '../sequencer/entry.ts';
import type { SignedHead } from '../sequencer/head.ts';
import type { PublishedObjects } from '../storage/objects.ts';

export interface ScrubParts {
  readonly objects: PublishedObjects;
  readonly codec: BundleCodec;
  head(): SignedHead;
  onFault(problem: string): void;
  /** The time for one pass over a large log; a small one is done sooner. */
  readonly passMs?: number;
  /** The longest pause from one bundle to the next. */
  readonly pauseMs?: number;
}

const day = 24 * 60 * 60 * 1000;
const longestPauseMs = 500;
const retryMs = 30_000;

export class Scrub {
  private readonly parts: ScrubParts;
  private readonly stopped = new AbortController();
  private readonly running: Promise<void>;
  private found: string | undefined;
  private checked = 0;

  constructor(parts: ScrubParts) {
    this.parts = parts;
    this.running = this.run();
  }

  /** Undefined while all that was read is right, else one sentence about the first thing that is not. */
  get problem(): string | undefined {
    return this.found;
  }

  /** How many bundles were read and found right since the process began. */
  get bundles(): number {
    return this.checked;
  }

  async close(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      let problem: string | undefined;
      try {
        problem = await this.pass();
      } catch (error) {
        // Not read is not wrong; but what cannot be read for a whole pass is a problem as well.
        problem = `what is published cannot be read: ${(error as Error).message}`;
      }
      if (this.stopped.signal.aborted) return;
      this.found = problem;
      await this.pause(problem === undefined ? this.pauseMs : Math.min(retryMs, 60 * this.pauseMs));
    }
  }

  /** The first thing that is wrong; it goes on behind it, since there may be more to tell of. */
  private async pass(): Promise<string | undefined> {
    const head = this.parts.head();
    let first: string | undefined;
    const full = head.size / 256n;
    const pauseMs = Math.min(this.pauseMs, (this.parts.passMs ?? day) / Number(full + 1n));
    // Anywhere, and round: a process that is often started again would look at the beginning alone.
    const from = BigInt(Math.floor(Math.random() * Number(full)));
    for (let done = 0n; done < full && !this.stopped.signal.aborted; done++) {
      const at = (from + done) % full;
      const problem = (await this.checkBundle(at, fullWidth)) ?? (await this.checkAbove(at, head.size));
      if (problem === undefined) this.checked++;
      else this.tell((first ??= problem));
      await this.pause(pauseMs);
    }
    const problem = await this.checkEdge(head);
    if (problem !== undefined) this.tell((first ??= problem));
    return first;
  }

  private tell(problem: string): void {
    if (this.found === undefined) this.parts.onFault(problem);
    this.found ??= problem;
  }

  private async checkBundle(index: bigint, width: number): Promise<string | undefined> {
    const { codec } = this.parts;
    const [bundle, tile] = await Promise.all([
      this.read({ level: 'entries', index, width }),
      this.read({ level: 0, index, width }),
    ]);
    const first = index * 256n;
    let records: Uint8Array[];
    try {
      records = splitBundle(codec, bundle, width);
    } catch {
      return `the bundle of entries ${first} to ${first + BigInt(width) - 1n} cannot be read`;
    }
    for (const [at, record] of records.entries()) {
      if (!equal(codec.leafHash(record), tile.subarray(at * hashSize, (at + 1) * hashSize)))
        return `entry ${first + BigInt(at)} is not what its tile says`;
    }
    return undefined;
  }

  /** The full tile of this bundle, and those it is the end of, against the hashes of them one level up. */
  private async checkAbove(bundle: bigint, size: bigint): Promise<string | undefined> {
    let index = bundle;
    for (let level = 0; ; level++) {
      const tile = await this.read({ level, index, width: fullWidth });
      const above = tileAt(level + 1, index / 256n, size);
      if (above === undefined) return undefined;
      const parent = await this.read(above);
      const at = Number(index % 256n) * hashSize;
      const isHole = tile.length !== fullWidth * hashSize;
      if (isHole || !equal(foldTile(tile), parent.subarray(at, at + hashSize)))
        return `${tilePath({ level, index, width: fullWidth })} is not what the tile above it says`;
      index += 1n;
      if (index % 256n !== 0n || hashesAtTileLevel(level + 1, size) < index) return undefined;
      index = index / 256n - 1n;
    }
  }

  private async checkEdge(head: SignedHead): Promise<string | undefined> {
    const { size, root } = head;
    const width = Number(size % 256n);
    const problem = width === 0 ? undefined : await this.checkBundle(size / 256n, width);
    if (problem !== undefined || size === 0n) return problem;
    const read = hashesFromTiles((tiles) => Promise.all(tiles.map((tile) => this.read(tile))), size);
    const range = CompactRange.from(size, await read(coveringNodes(0n, size)));
    return equal(range.root(), root)
      ? undefined
      : 'the tiles at the end do not make the root of the checkpoint';
  }

  /** The beginning of an object that may have grown since; what is missing is empty. */
  private async read(id: TileId): Promise<Uint8Array> {
    const bytes = await this.parts.objects.read(tilePath({ ...id, width: fullWidth }));
    const all = bytes ?? new Uint8Array(0);
    return id.level === 'entries' ? all : all.subarray(0, id.width * hashSize);
  }

  private get pauseMs(): number {
    return this.parts.pauseMs ?? longestPauseMs;
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopped.signal, ref: false }).catch(() => undefined);
  }
}
