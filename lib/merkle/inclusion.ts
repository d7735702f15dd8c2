/** Inclusion proofs: RFC 6962 §2.1.1 (the audit path), checked as RFC 9162 §2.1.3.2 words it. */
import { equal } from '#lib/encoding/bytes.ts';
import { nodeHash } from './leaf-hash.ts';
import { coveringNodes, readPath, splitPoint, type ProofPath, type ReadHashes } from './proof-path.ts';

export interface InclusionClaim {
  readonly index: bigint;
  readonly size: bigint;
  readonly leafHash: Uint8Array;
  /** From the leaf to the root. Attacker-controlled, as everything here. */
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

export function verifyInclusion({ index, size, leafHash, proof, root }: InclusionClaim): boolean {
  if (index < 0n || index >= size || proof.length > 64) return false;
  if (leafHash.length !== 32 || proof.some((hash) => hash.length !== 32)) return false;
  let position = index;
  let last = size - 1n;
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0n) return false;
    if ((position & 1n) === 1n || position === last) {
      hash = nodeHash(sibling, hash);
      while ((position & 1n) === 0n && position !== 0n) {
        position >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    position >>= 1n;
    last >>= 1n;
  }
  return last === 0n && equal(hash, root);
}

/** PATH(index, D[size]) of RFC 6962 §2.1.1, leaf to root. */
export function inclusionPath(index: bigint, size: bigint): ProofPath {
  if (index < 0n || index >= size) throw new RangeError(`leaf ${index} is not in a tree of ${size}`);
  const path: ProofPath[number][] = [];
  let start = 0n;
  let end = size;
  while (end - start > 1n) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      path.push(coveringNodes(middle, end));
      end = middle;
    } else {
      path.push(coveringNodes(start, middle));
      start = middle;
    }
  }
  return path.reverse();
}

export async function proveInclusion(read: ReadHashes, index: bigint, size: bigint): Promise<Uint8Array[]> {
  return readPath(read, inclusionPath(index, size));
}
