/**
 * A verified batch, read: the rows it is kept as, ready to be sent, and by which names its entries are found. What was read
 * of each entry is not in it: of thousands a handful concerns anybody, and those are read again.
 */
import type { LogKind } from '../follow/followed-log.ts';
import type { BatchName } from './batch-names.ts';
import { buffersOf, entryOf, type EntryBatch } from './entry-batch.ts';
import { describeEntry, readEntry, type IndexedEntry } from './indexed-entry.ts';
import type { Standing } from './signers.ts';

export interface BatchToIndex {
  readonly logId: string;
  readonly kind: LogKind;
  readonly seenAt: Date;
  readonly entries: EntryBatch;
}

/** Plain data throughout: it comes from another thread. */
export interface IndexedBatch extends Pick<BatchToIndex, 'kind' | 'entries'> {
  /** For COPY. */
  readonly entryRows: Uint8Array;
  readonly identityRows: Uint8Array | undefined;
  readonly signerRows: Uint8Array | undefined;
  readonly names: readonly BatchName[];
  readonly standings: readonly Standing[];
  /** When each was signed: hours since 1970. */
  readonly signedHours: Int32Array;
  /** Of digests as long as SHA-256: 32 bytes for each place, zeros where there is none. */
  readonly digests: Uint8Array;
  /** SHA-256 of each certificate and of its key: 64 bytes for each of printPlaces. */
  readonly prints: Uint8Array;
  readonly printPlaces: readonly number[];
  /** Whom tokens were given to, where certificates say so: for people and builds of whom that is no name. */
  readonly logins: readonly {
    readonly issuer: string;
    readonly subject: string;
    readonly places: readonly number[];
  }[];
  /** Entries that do not read in whole. */
  readonly unreadable: readonly { readonly place: number; readonly haystack: string }[];
}

/** What can be handed over rather than copied. */
export function indexedBuffers(batch: IndexedBatch): ArrayBuffer[] {
  const { entryRows, identityRows, signerRows, digests, prints, signedHours } = batch;
  const owned = [entryRows, identityRows, signerRows, digests, prints, signedHours];
  const buffers = owned.flatMap((bytes) => (bytes === undefined ? [] : [bytes.buffer as ArrayBuffer]));
  return [...buffers, ...buffersOf(batch.entries)];
}

/**
 * Gives its memory back; nothing of the batch can be read any more. While it waited it grew old, and old megabytes are
 * found to be garbage only by a collection of everything, with every watch there is. Handed over, they belong to nobody.
 */
export function release(batch: IndexedBatch): void {
  structuredClone(null, { transfer: indexedBuffers(batch) });
}

/** The entry as it was read, read once more. */
export function entryAt({ kind, entries, standings }: IndexedBatch, place: number): IndexedEntry {
  const entry = entryOf(entries, place);
  const standing = standings[place];
  if (standing === undefined) throw new RangeError(`no entry ${place} in the batch`);
  return describeEntry(entry, readEntry(kind, entry), standing);
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
