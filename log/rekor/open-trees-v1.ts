/** The trees of the Rekor v1 log of this process, each with its search index. */
import type { Sql } from '#lib/server/database.ts';
import type { Lifetime } from '#lib/server/lifetime.ts';
import type { Logger } from '#lib/server/logger.ts';
import type { OpenLog } from '../open-log.ts';
import { findLeafIn } from '../read/find-leaf.ts';
import type { RekorV1Log } from './http-v1.ts';
import { SearchIndex } from './search-v1.ts';
import { treeIdOf, TreesV1, type TreeV1 } from './tree-v1.ts';

export function openTrees(
  active: OpenLog,
  sql: Sql,
  { logger, lifetime }: { readonly logger: Logger; readonly lifetime: Lifetime },
): RekorV1Log {
  const { logId, key, sequencer } = active;
  const { published } = sequencer;
  const search = new SearchIndex(sql, logId, published);
  const stop = search.follow((error) =>
    logger.warn({ err: error }, 'the search index could not be brought up to date'),
  );
  lifetime.onEnd('search index', stop);
  const treeId = treeIdOf(key.spki);
  const tree: TreeV1 = { treeId, logId, key, published, search, findLeaf: findLeafIn(sql, logId) };
  return { trees: new TreesV1([], tree), sequencer };
}
