/**
 * The follower whose speed is measured, in a process of its own: what a workers process does for one log until it stands
 * at its head, without queues. Told by message where everything is; answers with what it took.
 */
import { readFileSync } from 'node:fs';
import { openSql } from '#lib/server/database.ts';
import { createLogger } from '#lib/server/logger.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { lookAtLog } from '#workers/follow/follow.ts';
import { Patience } from '#workers/follow/patience.ts';
import { logSources } from '#workers/follow/sources.ts';
import { CurrentWatches } from '#workers/match/current-watches.ts';
import { IndexingThreads } from '#workers/match/indexing-threads.ts';

export interface FollowTask {
  readonly databaseUrl: string;
  readonly trustedRoot: string;
  readonly logId: string;
}

export interface FollowResult {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The most that was resident at any time. */
  readonly rssMb: number;
  readonly looks: readonly string[];
}

async function run({ databaseUrl, trustedRoot, logId }: FollowTask): Promise<FollowResult> {
  const sql = openSql(databaseUrl, { max: 14, name: 'bench-follow' });
  const root = readTrustedRoot(JSON.parse(readFileSync(trustedRoot, 'utf8')));
  const watches = new CurrentWatches(sql);
  await watches.refresh();
  const following = {
    sql,
    logger: createLogger('workers', 'warn'),
    openSource: logSources(),
    patience: new Patience(),
    watches,
    indexing: new IndexingThreads(),
    authorities: () => root.certificateAuthorities,
    webUrl: 'http://watch.bench',
  };
  const looks: string[] = [];
  const cpu = process.cpuUsage();
  const begun = performance.now();
  do looks.push(await lookAtLog(following, logId, Date.now() + 10_000));
  while (looks.at(-1) === 'behind');
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await sql.end();
  const rssMb = process.resourceUsage().maxRSS / 1024;
  return { seconds, cpuSeconds: (user + system) / 1e6, rssMb, looks: [...new Set(looks)] };
}

process.once('message', async (task: FollowTask) => {
  process.send?.(await run(task));
  process.disconnect();
});
