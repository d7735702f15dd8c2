/**
 * A Rekor v1 log is a row of trees (shards): all but the last are frozen. An entry has an index in its tree and a virtual
 * one over all of them; its id is the tree's id and the leaf hash, in hexadecimal.
 */
import { readUint, toHex, uintBytes } from '#lib/encoding/bytes.ts';
import { sha256 } from '#crypto/sha256.ts';
import type { SigningKey } from '#lib/server/signing-key.ts';
import type { TileReads } from '../read/http.ts';
import type { PublishedLog } from '../read/published-log.ts';
import type { Attestations } from './attestations-v1.ts';
import type { SearchIndex } from './search-v1.ts';

export interface TreeV1 {
  readonly treeId: bigint;
  /** SHA-256 of the public key. */
  readonly logId: Uint8Array;
  readonly key: SigningKey;
  readonly published: PublishedLog;
  readonly search: SearchIndex;
  /** The same for every tree. */
  readonly attestations: Attestations;
  /** The same tree as c2sp.org/tlog-tiles has it. */
  readonly tiles: TileReads;
  findLeaf(leafHash: Uint8Array): Promise<bigint | undefined>;
}

/** Positive, of 63 bits, and the key's own: a new key means a new tree. */
export function treeIdOf(spki: Uint8Array): bigint {
  const id = BigInt.asUintN(63, readUint(sha256(spki).subarray(0, 8)));
  return id === 0n ? 1n : id;
}

export function entryIdOf({ treeId }: TreeV1, leafHash: Uint8Array): string {
  return toHex(uintBytes(treeId, 8)) + toHex(leafHash);
}

export class TreesV1 {
  readonly all: readonly TreeV1[];
  readonly active: TreeV1;

  /** Oldest first; the last one takes entries. */
  constructor(frozen: readonly TreeV1[], active: TreeV1) {
    this.all = [...frozen, active];
    this.active = active;
  }

  get inactive(): readonly TreeV1[] {
    return this.all.slice(0, -1);
  }

  byId(treeId: bigint): TreeV1 | undefined {
    return this.all.find((tree) => tree.treeId === treeId);
  }

  virtualIndex(tree: TreeV1, index: bigint): bigint {
    let before = 0n;
    for (const earlier of this.all) {
      if (earlier === tree) break;
      before += earlier.published.head.size;
    }
    return before + index;
  }

  /** The tree and index of a virtual index; undefined behind the end. */
  locate(virtualIndex: bigint): { tree: TreeV1; index: bigint } | undefined {
    let index = virtualIndex;
    for (const tree of this.all) {
      const { size } = tree.published.head;
      if (index < size) return { tree, index };
      index -= size;
    }
    return undefined;
  }
}
