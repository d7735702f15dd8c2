/**
 * The least one must keep of a tree to go on appending to it: the roots of its perfect subtrees, largest first, one for
 * each bit set in the size (RFC 6962 §2.1 splits a tree at the largest power of two, which gives exactly these).
 */
import { emptyRoot, nodeHash } from './leaf-hash.ts';

export class CompactRange {
  private leaves: bigint;
  private readonly roots: Uint8Array[];

  private constructor(size: bigint, hashes: readonly Uint8Array[]) {
    this.leaves = size;
    this.roots = [...hashes];
  }

  static empty(): CompactRange {
    return new CompactRange(0n, []);
  }

  /** `hashes`, largest subtree first, as `hashes` gave them. Throws when their number does not fit the size. */
  static from(size: bigint, hashes: readonly Uint8Array[]): CompactRange {
    if (size < 0n || hashes.length !== bitsSet(size) || hashes.some((hash) => hash.length !== 32)) {
      throw new RangeError(`${hashes.length} hashes do not make a tree of ${size} leaves`);
    }
    return new CompactRange(size, hashes);
  }

  get size(): bigint {
    return this.leaves;
  }

  get hashes(): readonly Uint8Array[] {
    return this.roots;
  }

  copy(): CompactRange {
    return new CompactRange(this.leaves, this.roots);
  }

  /** Adds one leaf. `visit` is told of every node that becomes perfect, the leaf itself included. */
  append(leafHash: Uint8Array, visit?: (level: number, index: bigint, hash: Uint8Array) => void): void {
    let hash = leafHash;
    let index = this.leaves;
    let level = 0;
    visit?.(level, index, hash);
    for (; (index & 1n) === 1n; level++) {
      const left = this.roots.pop();
      if (left === undefined) throw new Error('a perfect subtree is missing');
      hash = nodeHash(left, hash);
      index >>= 1n;
      visit?.(level + 1, index, hash);
    }
    this.roots.push(hash);
    this.leaves += 1n;
  }

  root(): Uint8Array {
    return foldRight(this.roots) ?? emptyRoot;
  }
}

/** The root of adjacent perfect subtrees, largest first; undefined when there is none. */
export function foldRight(hashes: readonly Uint8Array[]): Uint8Array | undefined {
  let root: Uint8Array | undefined;
  for (const hash of [...hashes].reverse()) root = root === undefined ? hash : nodeHash(hash, root);
  return root;
}

function bitsSet(value: bigint): number {
  let count = 0;
  for (let rest = value; rest > 0n; rest >>= 1n) count += Number(rest & 1n);
  return count;
}
