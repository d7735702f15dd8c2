/** The two hashes of a Merkle tree, RFC 6962 §2.1: a prefix byte keeps a leaf from ever being read as a node. */
import { sha256 } from '#crypto/sha256.ts';
import { concat } from '#lib/encoding/bytes.ts';

const leafPrefix = Uint8Array.of(0);

/** MTH({}): the hash of the empty string. */
export const emptyRoot: Uint8Array = sha256(new Uint8Array(0));

// Hashing is synchronous, so one buffer serves every call; these are the hottest functions of a log. An entry of a tile
// log is no longer than this, others are seldom.
const leaf = new Uint8Array(0x1_0000);

/** SHA-256(0x00 || entry) */
export function leafHash(entry: Uint8Array): Uint8Array {
  if (entry.length >= leaf.length) return sha256(concat(leafPrefix, entry));
  leaf.set(entry, 1);
  return sha256(leaf.subarray(0, entry.length + 1));
}

const node = new Uint8Array(65);
node[0] = 1;

/** SHA-256(0x01 || left || right) */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== 32 || right.length !== 32) throw new RangeError('a node is made of two 32-byte hashes');
  node.set(left, 1);
  node.set(right, 33);
  return sha256(node);
}
