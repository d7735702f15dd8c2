/**
 * Tiles, c2sp.org/tlog-tiles: hash i of tile (l, n) is the root of the perfect subtree over the 256^l leaves from
 * (n*256 + i) * 256^l. Nodes between tile levels are not stored, they are folded from the tile below.
 */
import { concat, uintBytes } from '#lib/encoding/bytes.ts';
import { nodeHash } from './leaf-hash.ts';
import type { NodeId, ReadHashes } from './proof-path.ts';
import { fullWidth, type TileId } from './tile-path.ts';

export const hashSize = 32;
const tileHeight = 8;

export type TileErrorCode = 'tile-size' | 'bundle-form' | 'entry-size';

export class TileError extends Error {
  override readonly name = 'TileError';
  readonly code: TileErrorCode;

  constructor(code: TileErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** How many hashes the tile levels of a tree of `size` leaves hold: floor(size / 256^level). */
export function hashesAtTileLevel(level: number, size: bigint): bigint {
  return size >> BigInt(tileHeight * level);
}

/** The tile (level, index) as a tree of `size` leaves has it; undefined when that tree has none. */
export function tileAt(level: TileId['level'], index: bigint, size: bigint): TileId | undefined {
  const hashes = hashesAtTileLevel(level === 'entries' ? 0 : level, size) - index * BigInt(fullWidth);
  if (hashes <= 0n) return undefined;
  return { level, index, width: hashes >= fullWidth ? fullWidth : Number(hashes) };
}

/** Every hash tile that the tree of newSize has and the tree of oldSize has not, or has narrower; level 0 first. */
export function tilesBetween(oldSize: bigint, newSize: bigint): TileId[] {
  const tiles: TileId[] = [];
  for (let level = 0; hashesAtTileLevel(level, newSize) > 0n; level++) {
    const before = hashesAtTileLevel(level, oldSize);
    const after = hashesAtTileLevel(level, newSize);
    if (before === after) continue;
    for (let index = before / 256n; index * 256n < after; index++) {
      const tile = tileAt(level, index, newSize);
      if (tile !== undefined) tiles.push(tile);
    }
  }
  return tiles;
}

/** The tile that holds what a perfect node is folded from, in a tree of `size` leaves. */
function tileOfNode({ level, index }: NodeId, size: bigint): TileId {
  const above = level % tileHeight;
  const tileLevel = (level - above) / tileHeight;
  const tile = tileAt(tileLevel, index >> BigInt(tileHeight - above), size);
  if (tile === undefined) throw new RangeError(`no node ${level}/${index} in a tree of ${size} leaves`);
  return tile;
}

/** The hash of a perfect node, folded from the bytes of its tile. */
export function nodeInTile({ level, index }: NodeId, tile: Uint8Array): Uint8Array {
  const above = level % tileHeight;
  const first = Number(index & ((1n << BigInt(tileHeight - above)) - 1n)) << above;
  return foldPerfect(tile, first, 1 << above);
}

function foldPerfect(tile: Uint8Array, first: number, count: number): Uint8Array {
  if (count === 1) {
    const hash = tile.subarray(first * hashSize, (first + 1) * hashSize);
    if (hash.length !== hashSize)
      throw new TileError('tile-size', 'tile is too short for the node asked of it');
    return hash;
  }
  const half = count / 2;
  return nodeHash(foldPerfect(tile, first, half), foldPerfect(tile, first + half, half));
}

/**
 * Reads tiles in one batch, in the order asked, each of exactly width * 32 bytes; throws when one is missing. A reader
 * may answer from a wider tile, cut to the width asked.
 */
export type ReadTiles = (tiles: readonly TileId[]) => Promise<readonly Uint8Array[]>;

/** Node hashes of the tree of `size` leaves out of its tiles. Tiles are untrusted: check what is proved with them. */
export function hashesFromTiles(readTiles: ReadTiles, size: bigint): ReadHashes {
  return async (nodes) => {
    const wanted = nodes.map((node) => tileOfNode(node, size));
    const unique = new Map(wanted.map((tile) => [`${tile.level}/${tile.index}`, tile]));
    const tiles = [...unique.values()];
    const read = await readTiles(tiles);
    const bytes = new Map<string, Uint8Array>();
    for (const [at, tile] of tiles.entries()) {
      const found = read[at];
      if (found?.length !== tile.width * hashSize) {
        throw new TileError('tile-size', `tile ${tile.level}/${tile.index} is not ${tile.width} hashes`);
      }
      bytes.set(`${tile.level}/${tile.index}`, found);
    }
    return nodes.map((node, at) => {
      const tile = wanted[at];
      return nodeInTile(node, bytes.get(`${tile?.level}/${tile?.index}`) ?? new Uint8Array(0));
    });
  };
}

/** Entry bundle: for each entry, `uint16 length; opaque entry[length]`. */
export function formatEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  return concat(
    ...entries.flatMap((entry) => {
      if (entry.length > 0xffff) throw new TileError('entry-size', 'entry is longer than 65,535 bytes');
      return [uintBytes(entry.length, 2), entry];
    }),
  );
}

/** Exactly `width` entries, nothing behind them. The entries are views of the bundle. */
export function parseEntryBundle(bundle: Uint8Array, width: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (entries.length < width) {
    const start = at + 2;
    const end = start + ((bundle[at] ?? 0) << 8) + (bundle[at + 1] ?? 0);
    if (start > bundle.length || end > bundle.length) throw new TileError('bundle-form', 'bundle is cut off');
    entries.push(bundle.subarray(start, end));
    at = end;
  }
  if (at !== bundle.length) throw new TileError('bundle-form', 'bundle has bytes behind its last entry');
  return entries;
}
