/**
 * Every log there is to follow: of the trust root, of LOGS_FILE, and the trees that each Rekor v1 log says it has. Looked
 * up again every minute: that is how a new shard is found, and followed from its first entry.
 */
import type { Sql } from '#lib/server/database.ts';
import { guardedFetch } from '#lib/server/guarded-fetch.ts';
import type { Logger } from '#lib/server/logger.ts';
import type { TrustedRoot } from '#lib/trust/trusted-root.ts';
import { readLogsFile, type FurtherLogs } from './logs-file.ts';
import { listLogs, listRekorV1, registerLogs, type Listing } from './registry.ts';
import { discoverTrees, type RekorV1Listing } from './trees-v1.ts';
import type { TufRoots } from '#lib/server/tuf-roots.ts';

export interface KnownLogsParts {
  readonly sql: Sql;
  readonly logger: Logger;
  readonly webUrl: string;
  readonly logsFile: string | undefined;
  readonly tuf: TufRoots;
}

const noFurtherLogs: FurtherLogs = { listings: [], rekorV1: [], authorities: [], peers: [] };

/** Registers them; what LOGS_FILE adds to the trust root. */
export async function registerKnownLogs(
  { sql, logger, webUrl, logsFile, tuf }: KnownLogsParts,
  root: TrustedRoot,
): Promise<FurtherLogs> {
  const further = logsFile === undefined ? noFurtherLogs : await readLogsFile(logsFile, tuf);
  const v1 = [...listRekorV1(root), ...further.rekorV1];
  const trees = await Promise.all(v1.map((log) => treesOf(log, logger)));
  await registerLogs(sql, [...listLogs(root), ...further.listings, ...trees.flat()], webUrl);
  return further;
}

/** A log that does not answer keeps the trees it is known to have, and holds up no other. */
async function treesOf(log: RekorV1Listing, logger: Logger): Promise<Listing[]> {
  try {
    return await discoverTrees(guardedFetch(log.url), log);
  } catch (error) {
    logger.warn({ err: error, log: log.url }, 'the trees of a log were not read');
    return [];
  }
}
