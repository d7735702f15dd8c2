/**
 * What the CT log stores for an entry, RFC 6962 §4.6: the leaf, and what a reader needs to check it.
 * struct { opaque leaf_input<1..2^24-1>; opaque extra_data<0..2^24-1>; } Record
 */
import { concat } from '#lib/encoding/bytes.ts';
import { TlsReader, vector, vectorEnd } from '#lib/encoding/tls-presentation.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import type { BundleCodec } from '../sequencer/entry.ts';

export interface CtRecord {
  /** MerkleTreeLeaf, RFC 6962 §3.4: also, byte for byte, what an SCT without extensions is the signature of. */
  readonly leafInput: Uint8Array;
  readonly extraData: Uint8Array;
}

export function formatRecord({ leafInput, extraData }: CtRecord): Uint8Array {
  return concat(vector(3, leafInput), vector(3, extraData));
}

export function parseRecord(record: Uint8Array): CtRecord {
  const reader = new TlsReader(record);
  const leafInput = reader.vector(3);
  const extraData = reader.vector(3);
  reader.end();
  return { leafInput, extraData };
}

/** uint64 timestamp behind version and leaf type. */
export function timestampOf({ leafInput }: CtRecord): bigint {
  const reader = new TlsReader(leafInput);
  reader.opaque(2);
  return reader.uint(8);
}

/** A record marks its own end. */
export const ctBundle: BundleCodec = {
  frame: (record) => record,
  end: (bundle, at) => vectorEnd(bundle, 3, vectorEnd(bundle, 3, at)),
  unframe: (framed) => framed,
  leafHash: (record) => leafHash(parseRecord(record).leafInput),
};
