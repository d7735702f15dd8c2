/**
 * The tree that entries make, as tiles: at each tile level the hashes of the tile that is not full yet. This is all
 * that must be kept to go on, so it is also what a check resumes from.
 */
import { concat } from '#lib/encoding/bytes.ts';
import { foldRight } from '#lib/merkle/compact-range.ts';
import { emptyRoot } from '#lib/merkle/leaf-hash.ts';
import { hashSize, nodeInTile } from '#lib/merkle/tile.ts';
import { coveringNodes } from '#lib/merkle/proof-path.ts';
import { fullWidth } from '#lib/merkle/tile-path.ts';

/** The roots of the perfect subtrees in a tile of `width` hashes, largest first. */
function subtreeRoots(hashes: Uint8Array): Uint8Array[] {
  const width = BigInt(hashes.length / hashSize);
  return coveringNodes(0n, width).map(({ level, index }) =>
    // A tile full at the right edge is one node of the level above, where it is counted.
    level === 8 ? foldTile(hashes) : nodeInTile({ level, index }, hashes),
  );
}

/** The hash of a full tile in the tile above it. */
export function foldTile(hashes: Uint8Array): Uint8Array {
  if (hashes.length !== fullWidth * hashSize) throw new RangeError('only a full tile has one hash above it');
  let row = Array.from({ length: fullWidth }, (_, at) => hashes.subarray(at * hashSize, (at + 1) * hashSize));
  while (row.length > 1) {
    row = Array.from(
      { length: row.length / 2 },
      (_, at) => foldRight(row.slice(2 * at, 2 * at + 2)) ?? emptyRoot,
    );
  }
  return row[0] ?? emptyRoot;
}

/** The root of the tree whose partial tiles at the right edge are these, level 0 first (empty where there is none). */
export function rootOfEdges(edges: readonly Uint8Array[]): Uint8Array {
  const roots = [...edges].reverse().flatMap(subtreeRoots);
  return foldRight(roots) ?? emptyRoot;
}

export class DerivedTree {
  /** Per tile level, how many full tiles there were, and the hashes of the one that is not full. */
  private readonly levels: { full: bigint; hashes: Uint8Array[] }[] = [];

  /** Adds a hash to a level; the tile it made full, if it did. */
  add(level: number, hash: Uint8Array): { index: bigint; hashes: Uint8Array } | undefined {
    const at = (this.levels[level] ??= { full: 0n, hashes: [] });
    at.hashes.push(hash);
    if (at.hashes.length < fullWidth) return undefined;
    const made = { index: at.full, hashes: concat(...at.hashes) };
    at.full += 1n;
    at.hashes = [];
    return made;
  }

  /** The partial tiles at the right edge, level 0 first. */
  edges(): { level: number; index: bigint; hashes: Uint8Array }[] {
    return this.levels.map(({ full, hashes }, level) => ({ level, index: full, hashes: concat(...hashes) }));
  }

  root(): Uint8Array {
    return rootOfEdges(this.edges().map(({ hashes }) => hashes));
  }

  /** As `edges` gave them. The number of full tiles of a level follows from what stands above it. */
  static from(edges: readonly Uint8Array[]): DerivedTree {
    const tree = new DerivedTree();
    let above = 0n;
    for (const [level, bytes] of [...edges.entries()].reverse()) {
      const hashes = Array.from({ length: bytes.length / hashSize }, (_, at) =>
        bytes.slice(at * hashSize, (at + 1) * hashSize),
      );
      if (bytes.length % hashSize !== 0 || hashes.length >= fullWidth)
        throw new RangeError('not a partial tile');
      tree.levels[level] = { full: above, hashes };
      above = above * BigInt(fullWidth) + BigInt(hashes.length);
    }
    return tree;
  }

  get size(): bigint {
    const [leaves] = this.levels;
    return leaves === undefined ? 0n : leaves.full * BigInt(fullWidth) + BigInt(leaves.hashes.length);
  }
}
