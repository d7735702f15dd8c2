/**
 * Derives every leaf hash, every tile and the root of a tile log from its entries, and compares each with what the log
 * serves. The checkpoint given must have been opened with the log's key. Where an entry and a hash over it disagree,
 * what stands above them (the parent tile, at the right edge the root) says which of the two is wrong.
 */
import { concat, equal } from '#lib/encoding/bytes.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { hashesAtTileLevel, hashSize } from '#lib/merkle/tile.ts';
import type { FetchBytes } from '#lib/source/log-source.ts';
import { DerivedTree, foldTile, rootOfEdges } from './derived-tree.ts';
import { FaultFound } from './fault.ts';
import { inOrder } from './in-order.ts';
import { ServedTiles, type ServedBundle, type ServedTile } from './served-tiles.ts';

export interface CheckedHead {
  readonly size: bigint;
  readonly root: Uint8Array;
}

/** What a later check may resume from: nothing in front of `done` is read again. */
export interface CheckState {
  readonly done: bigint;
  readonly hashes: readonly Uint8Array[];
}

export interface CheckOptions {
  /** How many bundles (or answers of 256 entries) are asked for before the first is used. */
  readonly parallel: number;
  readonly resume?: CheckState | undefined;
  /** Called with how many entries are done. */
  onProgress?(done: bigint, state: () => CheckState): void;
}

/** Throws FaultFound for the first fault, SourceError when something could not be read. */
export async function checkTiles(fetch: FetchBytes, head: CheckedHead, options: CheckOptions): Promise<void> {
  const { resume } = options;
  const tree = DerivedTree.from(resume?.hashes ?? []);
  // The last bundle is read again: it may have been a partial one.
  if (tree.size % 256n !== 0n || tree.size > head.size || tree.size !== (resume?.done ?? 0n)) {
    throw new RangeError('cannot resume from there');
  }
  await new Check(new ServedTiles(fetch, head.size), head, tree).run(options);
}

class Check {
  private readonly served: ServedTiles;
  private readonly head: CheckedHead;
  private readonly tree: DerivedTree;

  constructor(served: ServedTiles, head: CheckedHead, tree: DerivedTree) {
    this.served = served;
    this.head = head;
    this.tree = tree;
  }

  async run({ parallel, onProgress }: CheckOptions): Promise<void> {
    const bundles = (this.head.size + 255n) / 256n;
    const read = async (index: bigint) =>
      [await this.served.bundle(index), await this.served.tile(0, index)] as const;
    for await (const [bundle, tile] of inOrder(this.tree.size / 256n, bundles, parallel, read)) {
      await this.checkBundle(bundle, tile);
      onProgress?.(this.tree.size, () => this.state());
    }
    await this.checkEdges();
    if (equal(this.tree.root(), this.head.root)) return;
    const detail = 'states a root that the entries and all tiles do not have';
    throw new FaultFound({ artefact: 'checkpoint', path: 'checkpoint', problem: 'root', detail });
  }

  private state(): CheckState {
    return { done: this.tree.size, hashes: this.tree.edges().map(({ hashes }) => hashes) };
  }

  private async checkBundle(bundle: ServedBundle, tile: ServedTile): Promise<void> {
    const hashes = bundle.entries.map(leafHash);
    const wrong = firstDifference(hashes, tile);
    if (wrong !== undefined) return this.blameEntry(bundle, tile, hashes, wrong);
    if (bundle.problem !== undefined) {
      const { path, firstIndex: index, problem: detail } = bundle;
      throw new FaultFound({ artefact: 'bundle', path, index, problem: 'length', detail });
    }
    for (const hash of hashes) await this.add(0, hash);
  }

  /** Puts a hash into its tile; a tile that is full is compared and handed up. Level 0 has been compared by then. */
  private async add(level: number, hash: Uint8Array): Promise<void> {
    const made = this.tree.add(level, hash);
    if (made === undefined) return;
    if (level > 0) await this.compareTile(level, made.index, made.hashes);
    await this.add(level + 1, foldTile(made.hashes));
  }

  private async checkEdges(): Promise<void> {
    for (const { level, index, hashes } of this.tree.edges()) {
      if (level > 0 && hashes.length > 0) await this.compareTile(level, index, hashes);
    }
  }

  private async compareTile(level: number, index: bigint, derived: Uint8Array): Promise<void> {
    const served = await this.served.tile(level, index);
    const wrong = firstDifference(split(derived), served);
    if (wrong === undefined) return;
    const leavesEach = 256n ** BigInt(level);
    const position = index * 256n + BigInt(wrong);
    const place = { path: served.path, index: position * leavesEach };
    const fits = await this.whichFits(level, index, derived, served);
    if (fits === 'derived') {
      const detail = `hash ${wrong} is not that of the hashes below it`;
      throw new FaultFound({ artefact: 'tile', hash: wrong, problem: 'hash', ...place, detail });
    }
    const below = `the entries ${place.index} to ${place.index + leavesEach - 1n} and their tiles`;
    const detail =
      fits === 'served' ? `${below} were changed together` : `hash ${wrong} is not that of ${below}`;
    throw new FaultFound({ artefact: 'undecided', problem: 'hash', ...place, detail });
  }

  private async blameEntry(
    bundle: ServedBundle,
    tile: ServedTile,
    hashes: readonly Uint8Array[],
    wrong: number,
  ): Promise<never> {
    const index = bundle.firstIndex + BigInt(wrong);
    const derived = concat(...hashes);
    const fits = await this.whichFits(0, bundle.firstIndex / 256n, derived, tile);
    if (fits === 'served' || bundle.problem !== undefined) {
      const problem = bundle.problem === undefined ? 'hash' : 'form';
      const detail = bundle.problem ?? `entry ${index} is not the one that was logged`;
      throw new FaultFound({ artefact: 'entry', path: bundle.path, index, problem, detail });
    }
    const detail = `hash ${wrong} is not that of entry ${index}`;
    if (fits === 'derived') {
      throw new FaultFound({
        artefact: 'tile',
        path: tile.path,
        hash: wrong,
        index,
        problem: 'hash',
        detail,
      });
    }
    throw new FaultFound({ artefact: 'undecided', path: tile.path, index, problem: 'hash', detail });
  }

  /** Which of two versions of a tile leads to what stands above it. */
  private async whichFits(
    level: number,
    index: bigint,
    derived: Uint8Array,
    served: ServedTile,
  ): Promise<'derived' | 'served' | 'neither'> {
    try {
      const above = served.width === 256 ? await this.hashAbove(level, index) : this.head.root;
      const leadsThere = async (hashes: Uint8Array) =>
        hashes.length === served.hashes.length &&
        equal(above, served.width === 256 ? foldTile(hashes) : await this.rootWith(level, hashes));
      if (await leadsThere(derived)) return 'derived';
      return (await leadsThere(served.hashes)) ? 'served' : 'neither';
    } catch (error) {
      if (!(error instanceof FaultFound)) throw error;
      return 'neither';
    }
  }

  private async hashAbove(level: number, index: bigint): Promise<Uint8Array> {
    const at = Number(index % 256n) * hashSize;
    return (await this.served.tile(level + 1, index / 256n)).hashes.subarray(at, at + hashSize);
  }

  /** The root that the served tiles of the right edge have, with `hashes` in the place of one of them. */
  private async rootWith(level: number, hashes: Uint8Array): Promise<Uint8Array> {
    const edges: Uint8Array[] = [];
    for (let at = 0; hashesAtTileLevel(at, this.head.size) > 0n; at++) {
      const count = hashesAtTileLevel(at, this.head.size);
      if (at === level) edges.push(hashes);
      else
        edges.push(
          count % 256n === 0n ? new Uint8Array(0) : (await this.served.tile(at, count / 256n)).hashes,
        );
    }
    return rootOfEdges(edges);
  }
}

function firstDifference(derived: readonly Uint8Array[], { hashes, width }: ServedTile): number | undefined {
  for (let at = 0; at < Math.min(width, derived.length); at++) {
    const served = hashes.subarray(at * hashSize, (at + 1) * hashSize);
    const own = derived[at];
    if (own === undefined || !equal(own, served)) return at;
  }
  return derived.length < width ? derived.length : undefined;
}

function split(hashes: Uint8Array): Uint8Array[] {
  return Array.from({ length: hashes.length / hashSize }, (_, at) =>
    hashes.subarray(at * hashSize, (at + 1) * hashSize),
  );
}
