/**
 * ARROW 4, step 1: a pool of entries becomes a batch. Indexes, tiles, entry bundles, the new root and the signed
 * checkpoint, all in memory; nothing has happened yet when this returns. Next: stage.ts.
 */
import { concat } from '#lib/encoding/bytes.ts';
import type { CompactRange } from '#lib/merkle/compact-range.ts';
import { inclusionPath } from '#lib/merkle/inclusion.ts';
import { coveringNodes, foldPath, type NodeId } from '#lib/merkle/proof-path.ts';
import { hashSize } from '#lib/merkle/tile.ts';
import { fullWidth, tilePath } from '#lib/merkle/tile-path.ts';
import { formatCheckpoint } from '#lib/note/checkpoint.ts';
import { signNote, type NoteSigner } from '#lib/note/signed-note.ts';
import type { BundleCodec, PendingEntry } from './entry.ts';
import type { Edge, SignedHead } from './head.ts';

/** `bytes` go to `offset` of the object at `path`. */
export interface Write {
  readonly path: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface Batch {
  readonly before: SignedHead;
  readonly after: Edge;
  readonly writes: readonly Write[];
  /** Inclusion of an entry of this batch in the new head, from memory. */
  prove(index: bigint): Uint8Array[];
}

export interface LogNaming {
  readonly origin: string;
  readonly signers: readonly NoteSigner[];
}

export function sequence(
  edge: Edge,
  entries: readonly PendingEntry[],
  codec: BundleCodec,
  naming: LogNaming,
): Batch {
  const writes = new Writes();
  const range = edge.range.copy();
  const nodes = new Nodes(edge.range);
  let bundleBytes = edge.bundleBytes;
  for (const { record, leafHash } of entries) {
    const bundle = tilePath({ level: 'entries', index: range.size / 256n, width: fullWidth });
    const framed = codec.frame(record);
    writes.add(bundle, bundleBytes, framed);
    bundleBytes = range.size % 256n === 255n ? 0 : bundleBytes + framed.length;
    range.append(leafHash, (level, index, hash) => {
      nodes.set(level, index, hash);
      if (level % 8 === 0) writes.addHash(level / 8, index, hash);
    });
  }
  const head = signHead(range, naming);
  return {
    before: edge.head,
    after: { head, range, bundleBytes },
    writes: writes.all(),
    prove: (index) => nodes.prove(index, range.size),
  };
}

export function signHead(range: CompactRange, { origin, signers }: LogNaming): SignedHead {
  const { size } = range;
  const root = range.root();
  return { size, root, checkpoint: signNote(formatCheckpoint({ origin, size, root }), signers) };
}

/** Appends to a few objects, put together so that each is written once. */
class Writes {
  private readonly byPath = new Map<string, { offset: number; parts: Uint8Array[] }>();

  add(path: string, offset: number, bytes: Uint8Array): void {
    const write = this.byPath.get(path);
    if (write === undefined) this.byPath.set(path, { offset, parts: [bytes] });
    else write.parts.push(bytes);
  }

  addHash(level: number, index: bigint, hash: Uint8Array): void {
    const path = tilePath({ level, index: index / 256n, width: fullWidth });
    this.add(path, Number(index % 256n) * hashSize, hash);
  }

  all(): Write[] {
    return [...this.byPath].map(([path, { offset, parts }]) => ({ path, offset, bytes: concat(...parts) }));
  }
}

/** The perfect nodes that proofs of new entries are made of: those of the old right edge and all that came since. */
class Nodes {
  private readonly byId = new Map<number, Uint8Array>();

  constructor(before: CompactRange) {
    for (const [at, { level, index }] of coveringNodes(0n, before.size).entries()) {
      const hash = before.hashes[at];
      if (hash !== undefined) this.set(level, index, hash);
    }
  }

  set(level: number, index: bigint, hash: Uint8Array): void {
    this.byId.set(idOf({ level, index }), hash);
  }

  prove(index: bigint, size: bigint): Uint8Array[] {
    const path = inclusionPath(index, size);
    const hashes = path.flat().map((node) => {
      const hash = this.byId.get(idOf(node));
      if (hash === undefined) throw new Error(`node ${node.level}/${node.index} is not of this batch`);
      return hash;
    });
    return foldPath(path, hashes);
  }
}

// A number for a node, unique below 2^47 leaves; far cheaper than a string.
function idOf({ level, index }: NodeId): number {
  return Number(index) * 64 + level;
}
