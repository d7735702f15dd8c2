import { expect, it } from 'vitest';
import { uintBytes } from '#lib/encoding/bytes.ts';
import { CompactRange } from '#lib/merkle/compact-range.ts';
import { proveConsistency } from '#lib/merkle/consistency.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { rangeFromConsistency } from './start-range.ts';

const nodes = new Map<string, Uint8Array>();
const ranges = [CompactRange.empty()];
for (let size = 0; size < 70; size++) {
  const range = (ranges[size] ?? CompactRange.empty()).copy();
  range.append(leafHash(uintBytes(size, 2)), (level, index, hash) => nodes.set(`${level}/${index}`, hash));
  ranges.push(range);
}
const read = async (ids: readonly { level: number; index: bigint }[]) =>
  ids.map(({ level, index }) => nodes.get(`${level}/${index}`) ?? new Uint8Array(0));
const at = (size: number) => ranges[size] ?? CompactRange.empty();

it('goes on from any head as if it had read everything before', async () => {
  for (let old = 1; old < 69; old++) {
    for (let size = old + 1; size <= 70; size++) {
      const proof = await proveConsistency(read, BigInt(old), BigInt(size));
      const claim = {
        oldSize: BigInt(old),
        oldRoot: at(old).root(),
        newSize: BigInt(size),
        newRoot: at(size).root(),
      };
      expect(rangeFromConsistency({ ...claim, proof })?.hashes).toEqual(at(old).hashes);
      const [first, ...rest] = proof;
      const bad = [Uint8Array.from(first ?? [], (byte) => byte ^ 1), ...rest];
      expect(rangeFromConsistency({ ...claim, proof: bad })).toBeUndefined();
    }
  }
});
