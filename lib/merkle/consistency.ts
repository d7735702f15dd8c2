/** Consistency proofs: RFC 6962 §2.1.2, checked as RFC 9162 §2.1.4.2 words it. */
import { equal } from '#lib/encoding/bytes.ts';
import { nodeHash } from './leaf-hash.ts';
import { coveringNodes, readPath, splitPoint, type ProofPath, type ReadHashes } from './proof-path.ts';

export interface ConsistencyClaim {
  readonly oldSize: bigint;
  readonly oldRoot: Uint8Array;
  readonly newSize: bigint;
  readonly newRoot: Uint8Array;
  /** Attacker-controlled, as everything here. */
  readonly proof: readonly Uint8Array[];
}

/**
 * Whether the tree of newSize begins with the leaves of the tree of oldSize. Nothing can be proved about an empty old
 * tree, every tree begins with it: oldSize 0 is refused, callers that know no earlier tree have nothing to ask.
 */
export function verifyConsistency({ oldSize, oldRoot, newSize, newRoot, proof }: ConsistencyClaim): boolean {
  if (oldSize < 1n || oldSize > newSize || proof.length > 128) return false;
  if (oldSize === newSize) return proof.length === 0 && equal(oldRoot, newRoot);
  if (proof.some((hash) => hash.length !== 32) || oldRoot.length !== 32) return false;
  // A perfect old tree is itself the first node of the path, and is left out of the proof.
  const path = (oldSize & (oldSize - 1n)) === 0n ? [oldRoot, ...proof] : [...proof];
  const roots = proof.length > 0 ? climb(oldSize, newSize, path) : undefined;
  return roots !== undefined && equal(roots.oldRoot, oldRoot) && equal(roots.newRoot, newRoot);
}

export interface Roots {
  readonly oldRoot: Uint8Array;
  readonly newRoot: Uint8Array;
}

/**
 * The two roots that a proof leads to by itself, which it does unless the old tree is perfect: whoever knows the new root
 * learns from it what the old one must be.
 */
export function rootsOfProof(
  oldSize: bigint,
  newSize: bigint,
  proof: readonly Uint8Array[],
): Roots | undefined {
  const isPerfect = (oldSize & (oldSize - 1n)) === 0n;
  return isPerfect ? undefined : rootsOfPath(oldSize, newSize, proof);
}

/** As rootsOfProof, of a proof that holds its first node always: before that of a perfect old tree stands its root. */
export function rootsOfPath(
  oldSize: bigint,
  newSize: bigint,
  path: readonly Uint8Array[],
): Roots | undefined {
  const isWellFormed = path.length <= 129 && path.every(({ length }) => length === 32);
  return oldSize >= 1n && oldSize < newSize && isWellFormed ? climb(oldSize, newSize, path) : undefined;
}

function climb(oldSize: bigint, newSize: bigint, [seed, ...rest]: readonly Uint8Array[]): Roots | undefined {
  if (seed === undefined) return undefined;
  let position = oldSize - 1n;
  let last = newSize - 1n;
  while ((position & 1n) === 1n) {
    position >>= 1n;
    last >>= 1n;
  }
  let oldHash = seed;
  let newHash = seed;
  for (const sibling of rest) {
    if (last === 0n) return undefined;
    if ((position & 1n) === 1n || position === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while ((position & 1n) === 0n && position !== 0n) {
        position >>= 1n;
        last >>= 1n;
      }
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    position >>= 1n;
    last >>= 1n;
  }
  return last === 0n ? { oldRoot: oldHash, newRoot: newHash } : undefined;
}

/** PROOF(oldSize, D[newSize]) of RFC 6962 §2.1.2. */
export function consistencyPath(oldSize: bigint, newSize: bigint): ProofPath {
  if (oldSize < 1n || oldSize > newSize) throw new RangeError(`no proof from ${oldSize} to ${newSize}`);
  const path: ProofPath[number][] = [];
  let start = 0n;
  let end = newSize;
  while (oldSize !== end) {
    const middle = start + splitPoint(end - start);
    if (oldSize <= middle) {
      path.push(coveringNodes(middle, end));
      end = middle;
    } else {
      path.push(coveringNodes(start, middle));
      start = middle;
    }
  }
  // The subtree the descent ended at; it is the whole old tree (and known to the asker) when it starts at leaf 0.
  if (start > 0n) path.push(coveringNodes(start, end));
  return path.reverse();
}

export async function proveConsistency(
  read: ReadHashes,
  oldSize: bigint,
  newSize: bigint,
): Promise<Uint8Array[]> {
  return readPath(read, consistencyPath(oldSize, newSize));
}
