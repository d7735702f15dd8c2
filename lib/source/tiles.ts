/**
 * A tile log (c2sp.org/tlog-tiles) as Rekor v2 serves it: a checkpoint, hash tiles and entry bundles below one prefix.
 * Sizes are strict. A partial tile may be gone once the full one exists ("MAY be deleted"), so the full one is next.
 */
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import { proveConsistency } from '#lib/merkle/consistency.ts';
import { hashesFromTiles, hashSize, parseEntryBundle, tileAt, TileError } from '#lib/merkle/tile.ts';
import { fullWidth, tilePath, type TileId } from '#lib/merkle/tile-path.ts';
import { isOwnOrigin, parseCheckpoint } from '#lib/note/checkpoint.ts';
import { NoteError, openNote, type NoteVerifier } from '#lib/note/signed-note.ts';
import { partsFrom, readAtOnce } from './answers-at-once.ts';
import {
  SourceError,
  type FetchBytes,
  type LogSource,
  type SignedHead,
  type SourceEntry,
} from './log-source.ts';

const maxCheckpointBytes = 64 * 1024;
const maxEntryBytes = 2 + 0xffff;
const bundlesAtOnce = 8n;
/** Of entries in a bundle that is asked for with others: most have one or two kilobytes. */
const usualEntryBytes = 8 * 1024;
/** Of a bundle with few of them. */
const usualBundleBytes = 1024 * 1024;
const noExtraData = new Uint8Array(0);

export function tileSource(fetch: FetchBytes, verifier: NoteVerifier): LogSource {
  return {
    head: async () => text(await fetch('checkpoint', maxCheckpointBytes)),
    open: (head) => openCheckpoint(head, verifier),
    entries: (from, to, size) => readEntries(fetch, from, to, size),
    consistency: (first, second) => consistencyFromTiles(fetch, first, second),
  };
}

export function consistencyFromTiles(
  fetch: FetchBytes,
  first: bigint,
  second: bigint,
): Promise<Uint8Array[]> {
  const readTiles = (tiles: readonly TileId[]) => Promise.all(tiles.map((tile) => readTile(fetch, tile)));
  return proveConsistency(hashesFromTiles(readTiles, second), first, second);
}

export function openCheckpoint(head: string, verifier: NoteVerifier): SignedHead {
  try {
    const { origin, size, root } = parseCheckpoint(openNote(head, [verifier]).text);
    // Whole origins are compared: one key must not vouch for another log's tree.
    if (!isOwnOrigin(verifier.name, origin))
      throw new SourceError('unknown-key', 'the checkpoint names another log');
    return { size, root, at: undefined, evidence: head };
  } catch (cause) {
    if (!(cause instanceof NoteError)) throw cause;
    const code = cause.code === 'no-known-signature' ? 'unknown-key' : cause.code;
    throw new SourceError(code, `checkpoint: ${cause.message}`, { cause });
  }
}

async function readEntries(
  fetch: FetchBytes,
  from: bigint,
  to: bigint,
  size: bigint,
): Promise<SourceEntry[]> {
  const first = from / 256n;
  const last = min((to - 1n) / 256n, first + bundlesAtOnce - 1n);
  const leaves = await readAtOnce(
    partsFrom(first, Number(last - first) + 1),
    (index) => readBundle(fetch, index, size, usualBytesEach),
    (index) => readBundle(fetch, index, size, () => maxEntryBytes),
  );
  const start = Number(from - first * 256n);
  return leaves.slice(start, start + Number(to - from)).map((leaf) => ({ leaf, extraData: noExtraData }));
}

/** How much each entry of a tile that is asked for with others may have. */
export function usualBytesEach({ width }: TileId): number {
  return Math.min(maxEntryBytes, Math.max(usualEntryBytes, Math.ceil(usualBundleBytes / width)));
}

async function readBundle(
  fetch: FetchBytes,
  index: bigint,
  size: bigint,
  bytesEach: (tile: TileId) => number,
): Promise<Uint8Array[]> {
  const tile = tileAt('entries', index, size);
  if (tile === undefined) throw new RangeError(`no bundle ${index} in a tree of ${size}`);
  const [bytes, width] = await readPartOrWhole(fetch, tile, bytesEach(tile));
  try {
    return parseEntryBundle(bytes, width).slice(0, tile.width);
  } catch (cause) {
    if (!(cause instanceof TileError)) throw cause;
    throw new SourceError('malformed', `entry bundle ${index}: ${cause.message}`, { cause });
  }
}

export async function readTile(fetch: FetchBytes, tile: TileId): Promise<Uint8Array> {
  const [bytes, width] = await readPartOrWhole(fetch, tile, hashSize);
  if (bytes.length !== width * hashSize) {
    throw new SourceError('malformed', `tile ${tile.level}/${tile.index} is not ${width} hashes`);
  }
  return bytes.subarray(0, tile.width * hashSize);
}

/** Its bytes, and how wide the tile is that they are of. */
export async function readPartOrWhole(
  fetch: FetchBytes,
  tile: TileId,
  bytesEach: number,
  pathOf: (tile: TileId) => string = tilePath,
): Promise<[Uint8Array, number]> {
  try {
    return [await fetch(pathOf(tile), tile.width * bytesEach), tile.width];
  } catch (error) {
    const gone = error instanceof SourceError && error.code === 'not-found' && tile.width < fullWidth;
    if (!gone) throw error;
    return [await fetch(pathOf({ ...tile, width: fullWidth }), fullWidth * bytesEach), fullWidth];
  }
}

function text(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    throw new SourceError('malformed', 'checkpoint is not UTF-8', { cause });
  }
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
