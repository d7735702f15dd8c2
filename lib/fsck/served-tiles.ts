/** What a tile log serves, each piece of exactly the shape its tree must have; what is not, is a fault. */
import { hashSize, tileAt } from '#lib/merkle/tile.ts';
import { fullWidth, tilePath, type TileId } from '#lib/merkle/tile-path.ts';
import { SourceError, type FetchBytes } from '#lib/source/log-source.ts';
import { FaultFound, type Fault } from './fault.ts';

const maxEntryBytes = 2 + 0xffff;

export interface ServedTile {
  /** Where it was found: the full tile may stand for a partial one ("MAY be deleted", c2sp.org/tlog-tiles). */
  readonly path: string;
  /** width * 32 bytes. */
  readonly hashes: Uint8Array;
  readonly width: number;
}

export interface ServedBundle {
  readonly path: string;
  readonly firstIndex: bigint;
  /** As many as could be read. */
  readonly entries: readonly Uint8Array[];
  /** What is wrong with the form of what follows them. */
  readonly problem: string | undefined;
}

export class ServedTiles {
  private readonly fetch: FetchBytes;
  private readonly size: bigint;

  constructor(fetch: FetchBytes, size: bigint) {
    this.fetch = fetch;
    this.size = size;
  }

  async tile(level: number, index: bigint): Promise<ServedTile> {
    const id = this.idOf(level, index);
    const [bytes, served] = await this.partOrWhole(id, hashSize);
    const path = tilePath(served);
    if (bytes.length !== served.width * hashSize) {
      const detail = `has ${bytes.length} bytes, not ${served.width * hashSize}`;
      throw new FaultFound(this.shapeFault(served, 'length', detail));
    }
    return { path, hashes: bytes.subarray(0, id.width * hashSize), width: id.width };
  }

  async bundle(index: bigint): Promise<ServedBundle> {
    const id = this.idOf('entries', index);
    const [bytes, served] = await this.partOrWhole(id, maxEntryBytes);
    const { entries, problem } = readEntries(bytes, served.width);
    const firstIndex = index * BigInt(fullWidth);
    // Past the tree that is checked, a full bundle in place of a partial one is a later tree's business.
    if (served.width > id.width && entries.length >= id.width) {
      return { path: tilePath(served), firstIndex, entries: entries.slice(0, id.width), problem: undefined };
    }
    return { path: tilePath(served), firstIndex, entries, problem };
  }

  private idOf(level: TileId['level'], index: bigint): TileId {
    const id = tileAt(level, index, this.size);
    if (id === undefined) throw new RangeError(`no tile ${level}/${index} in a tree of ${this.size}`);
    return id;
  }

  private async partOrWhole(id: TileId, bytesEach: number): Promise<[Uint8Array, TileId]> {
    const found = await this.ask(id, bytesEach);
    if (found !== undefined) return [found, id];
    const whole = { ...id, width: fullWidth };
    const instead = id.width < fullWidth ? await this.ask(whole, bytesEach) : undefined;
    if (instead !== undefined) return [instead, whole];
    throw new FaultFound(this.shapeFault(id, 'missing', 'is not there'));
  }

  private async ask(id: TileId, bytesEach: number): Promise<Uint8Array | undefined> {
    try {
      return await this.fetch(tilePath(id), id.width * bytesEach);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      if (error.code === 'not-found') return undefined;
      if (error.code !== 'too-large') throw error;
      throw new FaultFound(this.shapeFault(id, 'length', `has ${error.message}`));
    }
  }

  private shapeFault(id: TileId, problem: 'missing' | 'length', detail: string): Fault {
    const artefact = id.level === 'entries' ? 'bundle' : 'tile';
    const leavesEach = 256n ** BigInt(id.level === 'entries' ? 0 : id.level);
    const index = id.index * BigInt(fullWidth) * leavesEach;
    return { artefact, path: tilePath(id), index, problem, detail };
  }
}

/** `uint16 length; opaque entry[length]`, `count` times; stops where that form ends and says how. */
function readEntries(
  bundle: Uint8Array,
  count: number,
): { entries: Uint8Array[]; problem: string | undefined } {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (entries.length < count) {
    const end = at + 2 + ((bundle[at] ?? 0) << 8) + (bundle[at + 1] ?? 0);
    if (at + 2 > bundle.length || end > bundle.length) {
      return { entries, problem: `is cut off in entry ${entries.length} of ${count}` };
    }
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  const over = bundle.length - at;
  return { entries, problem: over === 0 ? undefined : `has ${over} bytes behind its ${count} entries` };
}
