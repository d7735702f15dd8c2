/** Entry bundles as c2sp.org/tlog-tiles has them: the record is the leaf, `uint16 length; opaque leaf[length]`. */
import { concat, uintBytes } from '#lib/encoding/bytes.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { TileError } from '#lib/merkle/tile.ts';
import type { BundleCodec } from '../sequencer/entry.ts';

export const rekorBundle: BundleCodec = {
  frame: (record) => concat(uintBytes(record.length, 2), record),
  end: (bundle, at) => {
    const end = at + 2 + ((bundle[at] ?? 0) << 8) + (bundle[at + 1] ?? 0);
    if (end > bundle.length)
      throw new TileError('bundle-form', `bundle ends within the record at byte ${at}`);
    return end;
  },
  unframe: (framed) => framed.subarray(2),
  leafHash,
};
