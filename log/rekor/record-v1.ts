/**
 * What a Rekor v1 log stores for an entry: when it was taken (the integrated time, which no hash covers and every
 * verifier needs), the leaf, and what it can be found by, some of which the leaf does not keep.
 * struct { uint64 integrated_time; opaque leaf<1..2^24-1>; opaque search_keys<0..2^24-1>; } Record
 */
import { concat, uintBytes } from '#lib/encoding/bytes.ts';
import { TlsReader, vector, vectorEnd } from '#lib/encoding/tls-presentation.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import type { BundleCodec } from '../sequencer/entry.ts';

export interface RecordV1 {
  /** Seconds since the epoch. */
  readonly integratedTime: bigint;
  readonly leaf: Uint8Array;
  /** 32 bytes each, see search-keys-v1.ts. */
  readonly searchKeys: readonly Uint8Array[];
}

const keySize = 32;

export function formatRecordV1({ integratedTime, leaf, searchKeys }: RecordV1): Uint8Array {
  return concat(uintBytes(integratedTime, 8), vector(3, leaf), vector(3, concat(...searchKeys)));
}

export function parseRecordV1(record: Uint8Array): RecordV1 {
  const reader = new TlsReader(record);
  const integratedTime = reader.uint(8);
  const leaf = reader.vector(3);
  const keys = reader.vector(3);
  reader.end();
  const searchKeys = Array.from({ length: keys.length / keySize }, (_, at) =>
    keys.subarray(at * keySize, (at + 1) * keySize),
  );
  return { integratedTime, leaf, searchKeys };
}

/** A record marks its own end. */
export const rekorV1Bundle: BundleCodec = {
  frame: (record) => record,
  end: (bundle, at) => vectorEnd(bundle, 3, vectorEnd(bundle, 3, at + 8)),
  unframe: (framed) => framed,
  leafHash: (record) => leafHash(parseRecordV1(record).leaf),
};
