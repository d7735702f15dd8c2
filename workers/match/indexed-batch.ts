/**
 * A verified batch, read: the rows it is kept as, ready to be sent, and by which names its entries are found. The entries
 * themselves are not in it: of two thousand a handful concerns anybody, and those are read again.
 */
import type { Trust } from '#lib/rules/facts.ts';
import type { LogKind } from '../follow/followed-log.ts';
import type { BatchName } from '../follow/names.ts';
import { describeEntry, readEntry, type IndexedEntry, type VerifiedEntry } from './indexed-entry.ts';

export interface BatchToIndex {
  readonly logId: string;
  readonly kind: LogKind;
  readonly seenAt: Date;
  readonly entries: readonly VerifiedEntry[];
}

/** Plain data throughout: it comes from another thread. */
export interface IndexedBatch {
  /** For COPY. */
  readonly entryRows: Uint8Array;
  readonly identityRows: Uint8Array | undefined;
  readonly names: readonly BatchName[];
  readonly trusts: readonly Trust[];
  /** Of digests as long as SHA-256: 32 bytes for each place, zeros where there is none. */
  readonly digests: Uint8Array;
  /** SHA-256 of each certificate and of its key: 64 bytes for each of printPlaces. */
  readonly prints: Uint8Array;
  readonly printPlaces: readonly number[];
  /** Entries that do not read in whole. */
  readonly unreadable: readonly { readonly place: number; readonly haystack: string }[];
}

/** The entry as it was read, read once more. */
export function entryAt(batch: BatchToIndex, { trusts }: IndexedBatch, place: number): IndexedEntry {
  const entry = batch.entries[place];
  const trust = trusts[place];
  if (entry === undefined || trust === undefined) throw new RangeError(`no entry ${place} in the batch`);
  return { ...describeEntry(entry, readEntry(batch.kind, entry)), trust };
}

/** Where an artifact with this SHA-256 stands in the batch. */
export function placeOfDigest({ digests }: IndexedBatch, digest: Uint8Array): number | undefined {
  for (let place = 0; place * 32 < digests.length; place++) {
    let same = 0;
    while (same < 32 && digests[place * 32 + same] === digest[same]) same++;
    if (same === 32) return place;
  }
  return undefined;
}
