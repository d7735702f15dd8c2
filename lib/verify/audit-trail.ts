/**
 * An inclusion proof (RFC 6962 §2.1.1) walked step by step, so that a person can follow it: at each step the hash so far
 * is joined with one sibling. Whether the walk ends at the right root is decided by lib/merkle/inclusion.ts alone.
 */
import { nodeHash } from '#lib/merkle/leaf-hash.ts';

export interface AuditStep {
  /** Where the sibling stands; the hash so far is on the other side. */
  readonly siblingSide: 'left' | 'right';
  readonly sibling: Uint8Array;
  /** How many entries the sibling stands for. */
  readonly siblingCovers: bigint;
  /** SHA-256(0x01 || left || right) */
  readonly parent: Uint8Array;
}

export interface AuditWalk {
  readonly index: bigint;
  readonly size: bigint;
  readonly leafHash: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** The walk of RFC 9162 §2.1.3.2. */
export function auditTrail({ index, size, leafHash, proof }: AuditWalk): AuditStep[] {
  const steps: AuditStep[] = [];
  let position = index;
  let last = size - 1n;
  let level = 0n;
  let hash = leafHash;
  const rise = (levels: bigint) => {
    position >>= levels;
    last >>= levels;
    level += levels;
  };
  for (const sibling of proof) {
    const fromLeft = (position & 1n) === 1n || position === last;
    // At the right edge a node without a sibling moves up as it is.
    if (fromLeft) rise(trailingZeros(position));
    const parent = fromLeft ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    // One on the left is whole; one on the right ends where the tree ends.
    const room = size - ((position + 1n) << level);
    const siblingCovers = fromLeft || room > 1n << level ? 1n << level : room;
    steps.push({ siblingSide: fromLeft ? 'left' : 'right', sibling, siblingCovers, parent });
    rise(1n);
    hash = parent;
  }
  return steps;
}

function trailingZeros(position: bigint): bigint {
  return BigInt(/0*$/.exec(position === 0n ? '' : position.toString(2))?.[0].length ?? 0);
}
