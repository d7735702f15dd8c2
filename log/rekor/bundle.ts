/** Entry bundles as c2sp.org/tlog-tiles has them: the record is the leaf, `uint16 length; opaque leaf[length]`. */
import { concat, uintBytes } from '#lib/encoding/bytes.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { TileError } from '#lib/merkle/tile.ts';
import type { BundleCodec } from '../sequencer/entry.ts';

export const rekorBundle: BundleCodec = {
  frame: (record) => concat(uintBytes(record.length, 2), record),
  split: splitBundle,
  leafHash,
};

function splitBundle(bundle: Uint8Array, count: number): Uint8Array[] {
  const records: Uint8Array[] = [];
  let at = 0;
  while (records.length < count) {
    const start = at + 2;
    const end = start + ((bundle[at] ?? 0) << 8) + (bundle[at + 1] ?? 0);
    if (end > bundle.length) throw new TileError('bundle-form', `bundle ends before entry ${records.length}`);
    records.push(bundle.subarray(start, end));
    at = end;
  }
  return records;
}
