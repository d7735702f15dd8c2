/**
 * Following a log from a head on, without what was before: a consistency proof between that head and a later one holds
 * all one must keep of the tree so far. The proof is checked first; what is taken out of it then makes the first root.
 */
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { verifyConsistency, type ConsistencyClaim } from '#lib/merkle/consistency.ts';

/** The tree of the older head; undefined when the proof does not show that the newer one continues it. */
export function rangeFromConsistency(claim: ConsistencyClaim): CompactRange | undefined {
  if (!verifyConsistency(claim)) return undefined;
  const { oldSize, oldRoot, newSize, proof } = claim;
  const isPerfect = (oldSize & (oldSize - 1n)) === 0n;
  return CompactRange.from(oldSize, isPerfect ? [oldRoot] : peaks(oldSize, newSize, proof));
}

/** The nodes of the proof that the older root is made of (RFC 9162 §2.1.4.2), largest subtree first. */
function peaks(oldSize: bigint, newSize: bigint, [seed, ...rest]: readonly Uint8Array[]): Uint8Array[] {
  let position = oldSize - 1n;
  let last = newSize - 1n;
  while ((position & 1n) === 1n) {
    position >>= 1n;
    last >>= 1n;
  }
  const found = seed === undefined ? [] : [seed];
  for (const sibling of rest) {
    if ((position & 1n) === 1n || position === last) {
      found.unshift(sibling);
      while ((position & 1n) === 0n && position !== 0n) {
        position >>= 1n;
        last >>= 1n;
      }
    }
    position >>= 1n;
    last >>= 1n;
  }
  return found;
}
