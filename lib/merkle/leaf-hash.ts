/** The two hashes of a Merkle tree, RFC 6962 §2.1: a prefix byte keeps a leaf from ever being read as a node. */
import { sha256 } from '#crypto/sha256.ts';
import { concat } from '#lib/encoding/bytes.ts';

const leafPrefix = Uint8Array.of(0);

/** MTH({}): the hash of the empty string. */
export const emptyRoot: Uint8Array = sha256(new Uint8Array(0));

/** SHA-256(0x00 || entry) */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(concat(leafPrefix, entry));
}

// Hashing is synchronous, so one buffer serves every call; this is the hottest function of a log.
const node = new Uint8Array(65);
node[0] = 1;

/** SHA-256(0x01 || left || right) */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== 32 || right.length !== 32) throw new RangeError('a node is made of two 32-byte hashes');
  node.set(left, 1);
  node.set(right, 33);
  return sha256(node);
}
