/** The trees of the Rekor v1 log of this process, each with its search index, as its shards come and are frozen. */
import type { Sql } from '#lib/server/database.ts';
import type { OpenLog, Surroundings } from '../open-log.ts';
import { findLeafIn } from '../read/find-leaf.ts';
import { SequencerError, type LoggedEntry, type PendingEntry } from '../sequencer/entry.ts';
import type { LogShards } from '../shards/log-shards.ts';
import { openAttestations } from '../storage/open-storage.ts';
import { Attestations } from './attestations-v1.ts';
import { SearchIndex } from './search-v1.ts';
import { tilesV1 } from './tiles-v1.ts';
import { treeIdOf, TreesV1, type TreeV1 } from './tree-v1.ts';

export interface LoggedV1 extends LoggedEntry {
  readonly tree: TreeV1;
}

export class ShardedTrees {
  private readonly shards: LogShards;
  private readonly byLog = new Map<OpenLog, TreeV1>();
  private last: TreesV1 | undefined;

  /** `onTree` is told of every tree, those to come included. */
  constructor(
    shards: LogShards,
    sql: Sql,
    surroundings: Pick<Surroundings, 'config' | 'logger' | 'lifetime'>,
    onTree: (tree: TreeV1) => void,
  ) {
    this.shards = shards;
    const { objects, open } = openAttestations(surroundings.config);
    const attestations = new Attestations(objects, open);
    shards.each('rekor-v1', ({ log }) => {
      const tree = openTree(log, { sql, attestations }, surroundings);
      this.byLog.set(log, tree);
      onTree(tree);
    });
  }

  /** Those that take entries or took some; a successor that waits for its turn is not among them yet. */
  get trees(): TreesV1 {
    const all = this.shards.of('rekor-v1').map(({ log }) => log);
    const open = all.findIndex((log) => !this.shards.isFrozen(log));
    const trees = (open < 0 ? all : all.slice(0, open + 1)).map((log) => this.treeOf(log));
    if (trees.length !== this.last?.all.length) {
      const active = trees.at(-1);
      if (active === undefined) throw new Error('no tree is open');
      this.last = new TreesV1(trees.slice(0, -1), active);
    }
    return this.last;
  }

  /** While one tree gives way to the next, the log is open. */
  async requireOpen(): Promise<void> {
    const log = await this.shards.active('rekor-v1');
    if (this.shards.of('rekor-v1').at(-1)?.log === log) log.sequencer.requireOpen();
  }

  /** To the active tree; while one tree gives way to the next, a moment later. */
  async add(entry: PendingEntry): Promise<LoggedV1> {
    const log = await this.shards.active('rekor-v1');
    try {
      return { ...(await log.sequencer.add(entry)), tree: this.treeOf(log) };
    } catch (error) {
      const isOver = error instanceof SequencerError && error.code === 'frozen';
      // Frozen a moment before it is known here to be.
      if (!isOver || (await this.shards.successor(log)) === undefined) throw error;
      return this.add(entry);
    }
  }

  private treeOf(log: OpenLog): TreeV1 {
    const tree = this.byLog.get(log);
    if (tree === undefined) throw new Error(`the tree ${log.plan.name} is not open`);
    return tree;
  }
}

function openTree(
  { logId, key, sequencer: { published } }: OpenLog,
  { sql, attestations }: { readonly sql: Sql; readonly attestations: Attestations },
  { logger, lifetime }: Pick<Surroundings, 'logger' | 'lifetime'>,
): TreeV1 {
  const search = new SearchIndex(sql, logId, published);
  const stop = search.follow((error) =>
    logger.warn({ err: error }, 'the search index could not be brought up to date'),
  );
  lifetime.onEnd('search index', stop);
  const treeId = treeIdOf(key.spki);
  return {
    treeId,
    logId,
    key,
    published,
    search,
    attestations,
    tiles: tilesV1(published),
    findLeaf: findLeafIn(sql, logId),
  };
}
