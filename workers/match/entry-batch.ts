/**
 * Verified entries one behind the other in few large buffers: an object for each would be copied by every collection of
 * garbage while its batch waits, and value by value on its way to another thread. Buffers change hands at no cost.
 */
import { concat } from '#lib/encoding/bytes.ts';
import type { SourceEntry } from '#lib/source/log-source.ts';
import type { VerifiedEntry } from './indexed-entry.ts';

/** Plain data: it goes to another thread and comes back. */
export interface EntryBatch {
  /** Index of the first. */
  readonly first: bigint;
  /** Leaf and extra data of each entry. */
  readonly bytes: Uint8Array;
  /** Where in `bytes` each leaf ends, and each extra data: two numbers an entry. */
  readonly ends: Uint32Array;
  readonly leafHashes: Uint8Array;
}

export function entryCount({ ends }: EntryBatch): number {
  return ends.length / 2;
}

export function heldBytes({ bytes, ends, leafHashes }: EntryBatch): number {
  return bytes.length + ends.byteLength + leafHashes.length;
}

/** Views of the batch. */
export function entryOf({ first, bytes, ends, leafHashes }: EntryBatch, place: number): VerifiedEntry {
  const at = 2 * place;
  const [start, leafEnd, end] = [place === 0 ? 0 : ends[at - 1], ends[at], ends[at + 1]];
  if (start === undefined || leafEnd === undefined || end === undefined)
    throw new RangeError(`no entry ${place} in the batch`);
  return {
    index: first + BigInt(place),
    leaf: bytes.subarray(start, leafEnd),
    extraData: bytes.subarray(leafEnd, end),
    leafHash: leafHashes.subarray(32 * place, 32 * place + 32),
  };
}

/** What can be handed over rather than copied. */
export function buffersOf({ bytes, ends, leafHashes }: EntryBatch): ArrayBuffer[] {
  return [bytes, ends, leafHashes].map(({ buffer }) => buffer as ArrayBuffer);
}

export class EntryBatchWriter {
  private readonly parts: Uint8Array[] = [];
  private readonly ends: number[] = [];
  private readonly leafHashes: Uint8Array[] = [];
  private length = 0;

  /** What the entries hold so far. */
  get bytes(): number {
    return this.length;
  }

  /** Copies them: what they are views of may be much larger. */
  add(entries: readonly SourceEntry[], leafHashes: readonly Uint8Array[]): void {
    for (const { leaf, extraData } of entries) {
      const leafEnd = this.length + leaf.length;
      this.length = leafEnd + extraData.length;
      this.ends.push(leafEnd, this.length);
    }
    this.parts.push(concat(...entries.flatMap(({ leaf, extraData }) => [leaf, extraData])));
    this.leafHashes.push(concat(...leafHashes));
  }

  end(first: bigint): EntryBatch {
    return {
      first,
      bytes: joined(this.parts),
      ends: Uint32Array.from(this.ends),
      leafHashes: joined(this.leafHashes),
    };
  }
}

/** Nearly always there is one. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : concat(...parts);
}
