/**
 * Which nodes a proof is made of. A proof hash is the root of a range of leaves; such a range is one perfect subtree or,
 * at the right edge, several that are folded. Nodes are named as in RFC 6962 figures: level 0 holds the leaf hashes.
 */
import { foldRight } from './compact-range.ts';

export interface NodeId {
  readonly level: number;
  readonly index: bigint;
}

/**
 * Reads the hashes of perfect nodes, all in one batch, in the order asked. It must throw when it has not got one; it is
 * never asked for a node that is not perfect in the tree the proof is about.
 */
export type ReadHashes = (nodes: readonly NodeId[]) => Promise<readonly Uint8Array[]>;

/** For each hash of a proof, the perfect nodes it is folded from, largest first. */
export type ProofPath = readonly (readonly NodeId[])[];

/** The largest power of two smaller than `size`, for size > 1 (the `k` of RFC 6962 §2.1). */
export function splitPoint(size: bigint): bigint {
  return 1n << BigInt((size - 1n).toString(2).length - 1);
}

/** The perfect nodes that cover the leaves [start, end), where start is a multiple of a power of two >= end - start. */
export function coveringNodes(start: bigint, end: bigint): NodeId[] {
  const nodes: NodeId[] = [];
  let at = start;
  while (at < end) {
    const level = (end - at).toString(2).length - 1;
    nodes.push({ level, index: at >> BigInt(level) });
    at += 1n << BigInt(level);
  }
  return nodes;
}

/** Turns the nodes of a path, read in order, into the proof. */
export function foldPath(path: ProofPath, hashes: readonly Uint8Array[]): Uint8Array[] {
  let at = 0;
  return path.map((nodes) => {
    const root = foldRight(hashes.slice(at, at + nodes.length));
    at += nodes.length;
    if (root === undefined) throw new Error('a proof hash without nodes');
    return root;
  });
}

export async function readPath(read: ReadHashes, path: ProofPath): Promise<Uint8Array[]> {
  return foldPath(path, await read(path.flat()));
}
