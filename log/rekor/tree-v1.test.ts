import { expect, it } from 'vitest';
import { toHex } from '#lib/encoding/bytes.ts';
import { emptyRoot } from '#lib/merkle/leaf-hash.ts';
import { PublishedLog } from '../read/published-log.ts';
import { PublishedFiles } from '../storage/filesystem.ts';
import { Attestations } from './attestations-v1.ts';
import { rekorV1Bundle } from './record-v1.ts';
import { SearchIndex } from './search-v1.ts';
import { entryIdOf, treeIdOf, TreesV1, type TreeV1 } from './tree-v1.ts';
import type { Sql } from '#lib/server/database.ts';

// Index arithmetic asks a tree for its size alone; nothing is read or looked up.
function tree(treeId: bigint, size: bigint): TreeV1 {
  const head = { size, root: emptyRoot, checkpoint: '' };
  const published = new PublishedLog(new PublishedFiles('/nowhere'), rekorV1Bundle, head, 0);
  const key = { spki: new Uint8Array(0), sign: () => new Uint8Array(0) };
  const search = new SearchIndex(undefined as unknown as Sql, emptyRoot, published);
  return {
    treeId,
    logId: emptyRoot,
    key,
    published,
    search,
    attestations: new Attestations(new PublishedFiles('/nowhere'), () =>
      Promise.reject(new Error('nowhere')),
    ),
    tiles: published,
    findLeaf: async () => undefined,
  };
}

it('numbers entries over all trees, oldest first, and finds them back', () => {
  const [first, second, active] = [tree(7n, 3n), tree(8n, 0n), tree(9n, 5n)];
  const trees = new TreesV1([first, second], active);
  expect(trees.inactive).toEqual([first, second]);
  const seen = Array.from({ length: 8 }, (_, at) => trees.locate(BigInt(at)));
  expect(seen.map((at) => [at?.tree.treeId, at?.index])).toEqual([
    [7n, 0n],
    [7n, 1n],
    [7n, 2n],
    [9n, 0n],
    [9n, 1n],
    [9n, 2n],
    [9n, 3n],
    [9n, 4n],
  ]);
  expect(trees.locate(8n)).toBeUndefined();
  expect(
    seen.map((at, index) => at && trees.virtualIndex(at.tree, at.index) === BigInt(index)),
  ).not.toContain(false);
});

it('gives each key a tree of its own, of 63 bits, which begins the ids of its entries', () => {
  const ids = Array.from({ length: 100 }, (_, at) => treeIdOf(Uint8Array.of(at)));
  expect(new Set(ids).size).toBe(100);
  expect(ids.every((id) => id > 0n && id < 1n << 63n)).toBe(true);
  expect(entryIdOf(tree(255n, 0n), emptyRoot)).toBe(`00000000000000ff${toHex(emptyRoot)}`);
});
