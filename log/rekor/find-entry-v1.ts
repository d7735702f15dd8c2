/** An entry by its id: of one tree, or of whichever tree has that leaf. */
import { fromHex } from '#lib/encoding/bytes.ts';
import { readStored, type StoredEntry } from './respond-v1.ts';
import type { TreesV1, TreeV1 } from './tree-v1.ts';

/** `id` is 64 or 80 hexadecimal digits. */
export async function findEntry(trees: TreesV1, id: string): Promise<StoredEntry | undefined> {
  const hash = fromHex(id.slice(-64));
  const only = id.length === 80 ? trees.byId(BigInt(`0x${id.slice(0, 16)}`)) : undefined;
  if (hash === undefined || (id.length === 80 && only === undefined)) return undefined;
  return findLeaf(only === undefined ? trees.all : [only], hash);
}

/** An entry of a tree that is frozen: sent again, it is the same entry still. */
export function findEarlier(trees: TreesV1, leafHash: Uint8Array): Promise<StoredEntry | undefined> {
  return findLeaf(trees.inactive, leafHash);
}

async function findLeaf(trees: readonly TreeV1[], hash: Uint8Array): Promise<StoredEntry | undefined> {
  for (const tree of trees) {
    const index = await tree.findLeaf(hash);
    // Known a moment before it is published: then nobody has been told of it yet.
    if (index !== undefined && index < tree.published.head.size) return readStored(tree, index);
  }
  return undefined;
}
