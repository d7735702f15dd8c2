/**
 * How a log starts: bring the published objects up to the head that was committed, or refuse. The head in the database
 * is trusted; objects are not, they are checked against its root.
 *
 *   staged, head not moved   -> the commit never happened: drop it
 *   head ahead of objects    -> write the tiles of the staged batches again, then this checkpoint
 *   objects ahead of head    -> refuse: the database is older than what the world has seen
 *   objects are not the head -> refuse: fsck
 */
import { equal, fromUtf8, toHex } from '#lib/encoding/bytes.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { coveringNodes, type ReadHashes } from '#lib/merkle/proof-path.ts';
import { hashesFromTiles, hashSize, type ReadTiles } from '#lib/merkle/tile.ts';
import { fullWidth, tilePath } from '#lib/merkle/tile-path.ts';
import { parseCheckpoint, type Checkpoint } from '#lib/note/checkpoint.ts';
import { parseNote } from '#lib/note/signed-note.ts';
import type { PublishedObjects, StagedObjects } from '../storage/objects.ts';
import { lengthOfRecords, splitBundle } from './bundle.ts';
import { LogStateError, type BundleCodec } from './entry.ts';
import type { Edge, HeadStore, SignedHead } from './head.ts';
import { checkpointPath, publish, writeTiles } from './publish.ts';
import { signHead, type LogNaming } from './sequence.ts';
import { parseStaged, stagedName, type StagedBatch } from './stage.ts';

export interface Recovery {
  readonly head: HeadStore;
  readonly objects: PublishedObjects;
  readonly staged: StagedObjects;
  readonly codec: BundleCodec;
  readonly naming: LogNaming;
}

export async function recover(log: Recovery): Promise<Edge> {
  const { objects, staged, naming } = log;
  const before = await log.head.read();
  const batches = before === undefined ? [] : await stagedChain(staged, before);
  const seen = await publishedCheckpoint(log, batches.length > 0);
  const head = before ?? (await begin(log, seen));
  if (seen !== undefined && seen.size > head.size) {
    throw new LogStateError(
      `The published files of ${naming.origin} are ahead of the database (${seen.size} entries, ${head.size} there): ` +
        'restore the newest database, this one would fork the log.',
    );
  }
  // Without the checkpoints of their time: a newer one may be out, and whoever reads the files would see the log go back.
  for (const { writes } of batches) await writeTiles(objects, writes);
  const edge = await readEdge(log, head, seen);
  await publish(objects, { writes: [], after: head });
  await objects.flush([checkpointPath, ...batches.flatMap(({ writes }) => writes.map(({ path }) => path))]);
  for (const name of await staged.list()) await staged.drop(name);
  return edge;
}

/**
 * What the world may have seen; undefined when nothing readable was published. `isReplayed`: a batch is still staged, so
 * the checkpoint was written since it was last made durable, and a loss of power may have left a part of it.
 */
async function publishedCheckpoint(
  { objects, naming }: Recovery,
  isReplayed: boolean,
): Promise<Checkpoint | undefined> {
  const bytes = await objects.read(checkpointPath);
  // Empty after a loss of power: renamed, its bytes not yet durable.
  if (bytes === undefined || bytes.length === 0) return undefined;
  try {
    return parseCheckpoint(parseNote(fromUtf8(bytes)).text);
  } catch (cause) {
    if (isReplayed) return undefined;
    throw new LogStateError(`The published checkpoint of ${naming.origin} cannot be read.`, { cause });
  }
}

async function begin({ head, objects, naming }: Recovery, seen: Checkpoint | undefined): Promise<SignedHead> {
  const first = await objects.read(tilePath({ level: 0, index: 0n, width: fullWidth }));
  if ((seen?.size ?? 0n) > 0n || first !== undefined) {
    throw new LogStateError(
      `The database does not know the log ${naming.origin}, but its files are there: ` +
        'restore the database that belongs to them, beginning anew would fork the log.',
    );
  }
  const genesis = signHead(CompactRange.empty(), naming);
  await head.create(genesis);
  return genesis;
}

/** The staged batches that led to this head, oldest first. Everything else staged was never committed. */
async function stagedChain(staged: StagedObjects, head: SignedHead): Promise<StagedBatch[]> {
  const byEnd = new Map<string, StagedBatch>();
  for (const name of await staged.list()) {
    const batch = parseStaged(await staged.read(name));
    if (batch !== undefined && stagedName(batch) === name) byEnd.set(endOf(batch.after), batch);
  }
  const chain: StagedBatch[] = [];
  let end = endOf(head);
  for (let batch = byEnd.get(end); batch !== undefined; batch = byEnd.get(end)) {
    chain.unshift(batch);
    end = endOf(batch.before);
  }
  return chain;
}

function endOf({ size, root }: Omit<SignedHead, 'checkpoint'>): string {
  return `${size}-${toHex(root)}`;
}

/**
 * Reads the right edge back from the objects and proves it: its hashes make the root, its entries make its hashes, and
 * what was published before is the beginning of it.
 */
async function readEdge(log: Recovery, head: SignedHead, seen: Checkpoint | undefined): Promise<Edge> {
  const { objects, codec, naming } = log;
  try {
    const read = hashesFromTiles(readPrefixes(objects), head.size);
    const range = await rangeAt(read, head.size);
    if (!equal(range.root(), head.root)) throw new LogStateError('the tiles have another root');
    if (seen !== undefined && !equal((await rangeAt(read, seen.size)).root(), seen.root)) {
      throw new LogStateError('the published checkpoint has another root');
    }
    return { head, range, bundleBytes: await checkLastBundle(objects, codec, head.size) };
  } catch (cause) {
    throw new LogStateError(
      `The files of ${naming.origin} are not the log of ${head.size} entries that the database names: ` +
        'restore them from a copy; they cannot be rebuilt here.',
      { cause },
    );
  }
}

async function rangeAt(read: ReadHashes, size: bigint): Promise<CompactRange> {
  return CompactRange.from(size, await read(coveringNodes(0n, size)));
}

/** An object may have grown past what this head speaks of. */
function readPrefixes(objects: PublishedObjects): ReadTiles {
  return (tiles) =>
    Promise.all(
      tiles.map(async (tile) => {
        const bytes = await objects.read(tilePath({ ...tile, width: fullWidth }));
        return (bytes ?? new Uint8Array(0)).subarray(0, tile.width * hashSize);
      }),
    );
}

/** Bytes of the bundle that is not full yet, having checked the last bundle there is against its tile. */
async function checkLastBundle(objects: PublishedObjects, codec: BundleCodec, size: bigint): Promise<number> {
  if (size === 0n) return 0;
  const index = (size - 1n) / 256n;
  const count = Number(size - index * 256n);
  const [bundle, tile] = await Promise.all(
    (['entries', 0] as const).map((level) => objects.read(tilePath({ level, index, width: fullWidth }))),
  );
  if (bundle === undefined || tile === undefined) throw new LogStateError('the last bundle is missing');
  const records = splitBundle(codec, bundle, count);
  for (const [at, record] of records.entries()) {
    if (!equal(codec.leafHash(record), tile.subarray(at * hashSize, (at + 1) * hashSize))) {
      throw new LogStateError(`entry ${index * 256n + BigInt(at)} is not what its tile says`);
    }
  }
  return count === fullWidth ? 0 : lengthOfRecords(codec, bundle, count);
}
