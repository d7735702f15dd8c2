/** A batch on its way to another thread: few large pieces, since what is sent is copied value by value. */
import { concat } from '#lib/encoding/bytes.ts';
import type { TrustedAuthority } from '#lib/trust/trusted-root.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import type { BatchToIndex } from './indexed-batch.ts';

export interface PackedBatch extends Omit<BatchToIndex, 'entries'> {
  readonly first: bigint;
  /** Leaf and extra data of each entry, one behind the other. */
  readonly bytes: Uint8Array;
  readonly lengths: Uint32Array;
  readonly leafHashes: Uint8Array;
  /** When they are others than those of the batch before. */
  readonly authorities: readonly PackedAuthority[] | undefined;
}

interface PackedAuthority extends Omit<TrustedAuthority, 'chain'> {
  readonly chain: readonly Uint8Array[];
}

export function packBatch(
  { logId, kind, seenAt, entries }: BatchToIndex,
  trusted: readonly TrustedAuthority[] | undefined,
): PackedBatch {
  return {
    logId,
    kind,
    seenAt,
    first: entries[0]?.index ?? 0n,
    bytes: concat(...entries.flatMap(({ leaf, extraData }) => [leaf, extraData])),
    lengths: Uint32Array.from(entries.flatMap(({ leaf, extraData }) => [leaf.length, extraData.length])),
    leafHashes: concat(...entries.map(({ leafHash }) => leafHash)),
    authorities: trusted?.map(({ chain, ...authority }) => ({
      ...authority,
      chain: chain.map(({ encoding }) => encoding),
    })),
  };
}

export function unpackBatch({ first, bytes, lengths, leafHashes, ...batch }: PackedBatch): BatchToIndex {
  let at = 0;
  const next = (length = 0): Uint8Array => bytes.subarray(at, (at += length));
  const entries = Array.from({ length: lengths.length / 2 }, (_, place) => ({
    index: first + BigInt(place),
    leaf: next(lengths[2 * place]),
    extraData: next(lengths[2 * place + 1]),
    leafHash: leafHashes.subarray(32 * place, 32 * place + 32),
  }));
  return { ...batch, entries };
}

export function unpackAuthorities(packed: readonly PackedAuthority[]): TrustedAuthority[] {
  return packed.map(({ chain, ...authority }) => ({ ...authority, chain: chain.map(readCertificate) }));
}
