/**
 * Entries that are not those of the tree the log signed, narrowed down to the first of them, with proofs that anybody can
 * check who trusts neither the log nor us: the tree before it is the beginning of the signed one, and the signed one goes
 * on otherwise. That the log served the bytes is our word; that they do not belong there is mathematics.
 */
import { equal } from '#lib/encoding/bytes.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { rootsOfProof, verifyConsistency } from '#lib/merkle/consistency.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import type { LogSource, SignedHead } from './log-source.ts';

export interface WrongBytes {
  /** Of the first entry that is not the log's. */
  readonly firstIndex: bigint;
  /** The tree before it (lib/merkle/compact-range.ts), and the proof that the signed tree begins with that. */
  readonly subtrees: readonly Uint8Array[];
  readonly proofBefore: readonly Uint8Array[];
  /** As served: that entry, and what is needed up to a size whose root a proof shows. */
  readonly entries: readonly Uint8Array[];
  /** From the size after these entries to the signed one: what that tree's root is. Empty at the signed size itself. */
  readonly proofAfter: readonly Uint8Array[];
}

type Head = Pick<SignedHead, 'size' | 'root'>;

/** `leaves` follow `verified`, and their root is not on the way to the head. Asks the log; throws what that throws. */
export async function findWrongBytes(
  consistency: LogSource['consistency'],
  verified: CompactRange,
  leaves: readonly Uint8Array[],
  head: Head,
): Promise<WrongBytes | undefined> {
  const hashes = leaves.map(leafHash);
  const treeOf = (count: number): CompactRange => {
    const range = verified.copy();
    for (const hash of hashes.slice(0, count)) range.append(hash);
    return range;
  };
  const proofTo = (range: CompactRange) => proofOf(consistency, range.size, head);
  let [right, wrong] = [0, leaves.length];
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1;
    const range = treeOf(middle);
    if (isBeginning(range, await proofTo(range), head)) right = middle;
    else wrong = middle;
  }
  const before = treeOf(right);
  const count = countToProvenRoot(before.size, leaves.length - right, head.size);
  if (count === undefined) return undefined;
  const entries = leaves.slice(right, right + count);
  const found = {
    firstIndex: before.size,
    subtrees: before.hashes,
    proofBefore: await proofTo(before),
    entries,
    proofAfter: await proofOf(consistency, before.size + BigInt(count), head),
  };
  return provesWrongBytes(found, head) ? found : undefined;
}

/** Whether the entries are shown not to be those of the tree of the head. */
export function provesWrongBytes(
  { firstIndex, subtrees, proofBefore, entries, proofAfter }: WrongBytes,
  head: Head,
): boolean {
  const range = CompactRange.from(firstIndex, subtrees);
  if (!isBeginning(range, proofBefore, head)) return false;
  for (const entry of entries) range.append(leafHash(entry));
  if (range.size === head.size) return !equal(range.root(), head.root);
  const roots = rootsOfProof(range.size, head.size, proofAfter);
  return roots !== undefined && equal(roots.newRoot, head.root) && !equal(roots.oldRoot, range.root());
}

function isBeginning(range: CompactRange, proof: readonly Uint8Array[], head: Head): boolean {
  if (range.size === 0n) return true;
  const [oldSize, oldRoot] = [range.size, range.root()];
  return verifyConsistency({ oldSize, oldRoot, newSize: head.size, newRoot: head.root, proof });
}

/** A proof from a size that is a power of two leaves out that tree's root: one entry more, then. */
function countToProvenRoot(before: bigint, atMost: number, headSize: bigint): number | undefined {
  for (let count = 1; count <= Math.min(atMost, 3); count++) {
    const size = before + BigInt(count);
    if (size === headSize || (size & (size - 1n)) !== 0n) return count;
  }
  return undefined;
}

async function proofOf(
  consistency: LogSource['consistency'],
  size: bigint,
  head: Head,
): Promise<readonly Uint8Array[]> {
  return size === 0n || size === head.size ? [] : consistency(size, head.size);
}
