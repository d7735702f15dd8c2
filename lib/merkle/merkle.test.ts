import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '#crypto/sha256.ts';
import { concat, toHex, uintBytes } from '#lib/encoding/bytes.ts';
import { CompactRange } from './compact-range.ts';
import { proveConsistency, verifyConsistency } from './consistency.ts';
import { proveInclusion, verifyInclusion } from './inclusion.ts';
import { emptyRoot, leafHash } from './leaf-hash.ts';
import type { ReadHashes } from './proof-path.ts';
import { hashesFromTiles, tilesBetween, tileAt, type ReadTiles } from './tile.ts';

// RFC 6962 §2.1 word for word, over leaf hashes.
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return sha256(new Uint8Array(0));
  if (leaves.length === 1) return only;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha256(concat(Uint8Array.of(1), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k))));
}

const leaves = Array.from({ length: 700 }, (_, at) => leafHash(uintBytes(at, 4)));
const perfect = new Map<string, Uint8Array>();
const roots: Uint8Array[] = [emptyRoot];
const range = CompactRange.empty();
for (const leaf of leaves) {
  range.append(leaf, (level, index, hash) => perfect.set(`${level}/${index}`, hash));
  roots.push(range.root());
}
const rootAt = (size: number): Uint8Array => roots[size] ?? emptyRoot;
const read: ReadHashes = async (nodes) =>
  nodes.map(({ level, index }) => {
    const hash = perfect.get(`${level}/${index}`);
    if (hash === undefined) throw new Error(`asked for ${level}/${index}, which is not perfect`);
    return hash;
  });

describe('compact range', () => {
  it('has the root RFC 6962 defines, for every size', () => {
    for (let size = 0; size <= 300; size++) expect(rootAt(size)).toEqual(naiveRoot(leaves.slice(0, size)));
    expect(rootAt(700)).toEqual(naiveRoot(leaves));
  });

  it('goes on from its saved hashes as if it had never stopped', () => {
    fc.assert(
      fc.property(fc.nat(699), fc.nat(699), (a, b) => {
        const [first, last] = a < b ? [a, b] : [b, a];
        const before = CompactRange.empty();
        leaves.slice(0, first).forEach((leaf) => before.append(leaf));
        const after = CompactRange.from(before.size, before.hashes);
        leaves.slice(first, last).forEach((leaf) => after.append(leaf));
        expect(after.root()).toEqual(rootAt(last));
        expect(before.root()).toEqual(rootAt(first));
      }),
      { numRuns: 30 },
    );
  });

  it('refuses hashes that do not fit the size', () => {
    expect(() => CompactRange.from(3n, [emptyRoot])).toThrow(RangeError);
    expect(() => CompactRange.from(1n, [new Uint8Array(31)])).toThrow(RangeError);
  });
});

describe('inclusion', () => {
  it('is provable for every leaf of every size, and for no other index, size, leaf or root', async () => {
    for (let size = 1; size <= 67; size++) {
      for (let index = 0; index < size; index++) {
        const proof = await proveInclusion(read, BigInt(index), BigInt(size));
        const claim = {
          index: BigInt(index),
          size: BigInt(size),
          leafHash: leaves[index] ?? emptyRoot,
          proof,
          root: rootAt(size),
        };
        expect(verifyInclusion(claim)).toBe(true);
        expect(verifyInclusion({ ...claim, index: claim.index ^ 1n })).toBe(false);
        expect(verifyInclusion({ ...claim, leafHash: emptyRoot })).toBe(false);
        expect(verifyInclusion({ ...claim, root: emptyRoot })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: [...proof, emptyRoot] })).toBe(false);
        if (size > 1) expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(false);
      }
    }
  });
});

describe('consistency', () => {
  it('is provable between all sizes, and to no other tree', async () => {
    for (let newSize = 1; newSize <= 67; newSize++) {
      for (let oldSize = 1; oldSize <= newSize; oldSize++) {
        const proof = await proveConsistency(read, BigInt(oldSize), BigInt(newSize));
        const claim = {
          oldSize: BigInt(oldSize),
          oldRoot: rootAt(oldSize),
          newSize: BigInt(newSize),
          newRoot: rootAt(newSize),
          proof,
        };
        expect(verifyConsistency(claim)).toBe(true);
        expect(verifyConsistency({ ...claim, oldRoot: emptyRoot })).toBe(false);
        expect(verifyConsistency({ ...claim, newRoot: emptyRoot })).toBe(false);
        expect(verifyConsistency({ ...claim, proof: [...proof, emptyRoot] })).toBe(false);
        if (proof.length > 0) expect(verifyConsistency({ ...claim, proof: proof.slice(1) })).toBe(false);
      }
    }
  });
});

describe('tiles', () => {
  const tileBytes = (level: number, index: bigint, width: number): Uint8Array =>
    concat(
      ...Array.from({ length: width }, (_, at) => {
        const hash = perfect.get(`${level * 8}/${index * 256n + BigInt(at)}`);
        if (hash === undefined) throw new Error(`hash ${at} of tile ${level}/${index} is not there yet`);
        return hash;
      }),
    );
  const readTiles: ReadTiles = async (tiles) =>
    tiles.map(({ level, index, width }) => tileBytes(Number(level), index, width));

  it('hold all that proofs need, at every width around a full tile', async () => {
    for (const size of [1, 2, 255, 256, 257, 511, 512, 513, 700]) {
      const fromTiles = hashesFromTiles(readTiles, BigInt(size));
      for (const index of new Set([0, 1, 254, 255, 256, 511, size - 1].filter((at) => at < size))) {
        const proof = await proveInclusion(fromTiles, BigInt(index), BigInt(size));
        const claim = { index: BigInt(index), size: BigInt(size), proof, root: rootAt(size) };
        expect(verifyInclusion({ ...claim, leafHash: leaves[index] ?? emptyRoot })).toBe(true);
      }
    }
  });

  it('are listed exactly when they are new or wider (the example of the specification, 70,000 leaves)', () => {
    const all = tilesBetween(0n, 70_000n);
    expect(all.filter((tile) => tile.level === 0 && tile.width === 256)).toHaveLength(273);
    expect(all.filter((tile) => tile.width < 256)).toEqual([
      { level: 0, index: 273n, width: 112 },
      { level: 1, index: 1n, width: 17 },
      { level: 2, index: 0n, width: 1 },
    ]);
    expect(tilesBetween(255n, 257n)).toEqual([
      { level: 0, index: 0n, width: 256 },
      { level: 0, index: 1n, width: 1 },
      { level: 1, index: 0n, width: 1 },
    ]);
    expect(tilesBetween(300n, 300n)).toEqual([]);
    expect(tileAt(0, 1n, 256n)).toBeUndefined();
  });

  it('reject a tile of another width than asked', async () => {
    const short: ReadTiles = async (tiles) => tiles.map(() => new Uint8Array(32));
    await expect(proveInclusion(hashesFromTiles(short, 9n), 0n, 9n)).rejects.toThrow(/is not 9 hashes/);
  });
});

it('names the empty tree as RFC 6962 §2.1 does', () => {
  expect(toHex(emptyRoot)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});
