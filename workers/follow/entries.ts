/**
 * The step that makes a monitor more than a reader: the root is recomputed from the very bytes that will be matched, and
 * must be the one the log signed, or, in the middle of a long catch-up, be proved to lie on the way to it.
 */
import { equal } from '#lib/encoding/bytes.ts';
import type { CompactRange } from '#lib/merkle/compact-range.ts';
import { verifyConsistency } from '#lib/merkle/consistency.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { TileError } from '#lib/merkle/tile.ts';
import { SourceError, type LogSource, type SignedHead } from '#lib/source/log-source.ts';
import { findWrongBytes, type WrongBytes } from '#lib/source/wrong-bytes.ts';
import { EntryBatchWriter, entryCount, entryOf, type EntryBatch } from '../match/entry-batch.ts';
import type { Statement } from './statements.ts';

export interface VerifiedBatch {
  readonly entries: EntryBatch;
  /** The tree up to and with these entries. */
  readonly range: CompactRange;
  /** Of the statements that were to be held against it: those that are true, and the first that is not. */
  readonly settled: readonly Statement[];
  readonly contradicted: Statement | undefined;
}

/** Why a batch is not believed: the tree does not continue the one we know, or it does and the entries are not in it. */
export interface Disbelief {
  readonly kind: 'fork' | 'wrong-bytes';
  /** Of wrong bytes, when the log's own proofs show which they are. */
  readonly served?: WrongBytes | undefined;
}

const entriesInBatch = 4096n;
/** Usual ones have half of that. A log that serves large entries makes smaller batches of them, no larger process. */
const fullBytes = 16 * 1024 * 1024;

/** Up to where the batch after `from` goes. */
export function batchEnd(from: bigint, head: SignedHead): bigint {
  return smaller(head.size, (from / 256n) * 256n + entriesInBatch);
}

/**
 * The next entries after `verified`, at most a batch, bound to `head`, and what else the log stated of sizes in it held
 * against them. Throws SourceError when the log gives none.
 */
export async function readBatch(
  source: LogSource,
  verified: CompactRange,
  head: SignedHead,
  stated: readonly Statement[] = [],
): Promise<VerifiedBatch | Disbelief> {
  const to = batchEnd(verified.size, head);
  const range = verified.copy();
  const writer = new EntryBatchWriter();
  const settled: Statement[] = [];
  let contradicted: Statement | undefined;
  while (range.size < to && writer.bytes < fullBytes) {
    const served = await source.entries(range.size, to, head.size);
    const hashes = served.map(({ leaf }) => leafHash(leaf));
    writer.add(served, hashes);
    for (const hash of hashes) {
      range.append(hash);
      for (const statement of stated) {
        if (statement.size !== range.size) continue;
        if (equal(statement.root, range.root())) settled.push(statement);
        else contradicted ??= statement;
      }
    }
  }
  const entries = writer.end(verified.size);
  if (await isPrefix(source, range, head)) return { entries, range, settled, contradicted };
  if (!(await isPrefix(source, verified, head))) return { kind: 'fork' };
  return { kind: 'wrong-bytes', served: await narrowDown(source, verified, entries, head) };
}

async function narrowDown(
  source: LogSource,
  verified: CompactRange,
  entries: EntryBatch,
  head: SignedHead,
): Promise<WrongBytes | undefined> {
  const leaves = Array.from({ length: entryCount(entries) }, (_, place) => entryOf(entries, place).leaf);
  try {
    return await findWrongBytes((first, second) => source.consistency(first, second), verified, leaves, head);
  } catch (error) {
    // It need not help to convict itself: what is known without its proofs stands.
    if (error instanceof SourceError || error instanceof TileError) return undefined;
    throw error;
  }
}

/** Whether the tree of `range` is the beginning of the tree of `head`. */
async function isPrefix(source: LogSource, range: CompactRange, head: SignedHead): Promise<boolean> {
  const root = range.root();
  if (range.size === head.size) return equal(root, head.root);
  if (range.size === 0n) return true;
  const proof = await proofFrom(source, range.size, head.size);
  return (
    proof !== undefined &&
    verifyConsistency({ oldSize: range.size, oldRoot: root, newSize: head.size, newRoot: head.root, proof })
  );
}

/** Undefined when the log's hashes are not those of one tree. */
export async function proofFrom(
  source: LogSource,
  first: bigint,
  second: bigint,
): Promise<Uint8Array[] | undefined> {
  try {
    return await source.consistency(first, second);
  } catch (error) {
    if (error instanceof TileError) return undefined;
    throw error;
  }
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
