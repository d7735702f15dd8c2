/** The log process: three logs on one engine, each with its own key, and the HTTP that writes and reads them. */
import { availableParallelism } from 'node:os';
import { openSql } from '#lib/server/database.ts';
import { readConfig, requireDatabaseUrl } from '#lib/server/config.ts';
import { Lifetime } from '#lib/server/lifetime.ts';
import { createLogger } from '#lib/server/logger.ts';
import { ctRoutes } from './ct/http.ts';
import { AcceptedRoots } from './ct/roots.ts';
import { Acceptors } from './accept/acceptors.ts';
import { aboutRoutes } from './http/about.ts';
import { LogMetrics } from './http/log-metrics.ts';
import { Routes } from './http/routes.ts';
import { closeServer, createLogServer } from './http/server.ts';
import type { Surroundings } from './open-log.ts';
import { openPatiently, OpeningRoutes, ReadingRoutes, reasonOfWait } from './opening.ts';
import { peerRoutes } from './peers/http.ts';
import { Lease } from './peers/lease.ts';
import { findLeafIn } from './read/find-leaf.ts';
import { rekorV1Routes, treeRoutes } from './rekor/http-v1.ts';
import { rekorRoutes } from './rekor/http-v2.ts';
import { ShardedTrees } from './rekor/open-trees-v1.ts';
import { CurrentRole, type Role } from './role.ts';
import type { Scope } from './scope.ts';
import { LogShards } from './shards/log-shards.ts';

async function openRoutes(role: Role, surroundings: Surroundings & { metrics: LogMetrics }): Promise<Routes> {
  const { config, lifetime, metrics } = surroundings;
  const following = 'follows' in role ? { leader: role.follows } : { holdsLease: true };
  const shards = await LogShards.open({ ...surroundings, ...following });
  const sql = openSql(requireDatabaseUrl(config), { max: 2, name: 'log-read' });
  lifetime.onEnd('database', () => sql.end({ timeout: 2 }));
  // This thread has its share of the work: HTTP, and the sequencers.
  const acceptors = await Acceptors.open(Math.max(1, availableParallelism() - 1));
  lifetime.onEnd('acceptors', () => acceptors.close());
  const routes = new Routes();
  const writing = { acceptors, duplicates: config.logDuplicates };
  const trees = new ShardedTrees(shards, sql, surroundings, (tree) => treeRoutes(routes, tree));
  rekorRoutes(routes, (host) => shards.at(host), writing);
  rekorV1Routes(routes, trees, writing);
  const roots = new AcceptedRoots(config.ca.url);
  shards.each('ct', ({ log }) => {
    const served = { ...log, roots, findLeaf: findLeafIn(sql, log.logId) };
    if (log.plan.name === 'ct') ctRoutes(routes, '', served);
    // By its name it is found like the shards after it.
    ctRoutes(routes, `/${log.plan.name}`, served);
  });
  const open = () => shards.all.map(({ log }) => log);
  aboutRoutes(routes, () => shards.all.map(({ shard, log }) => ({ log, end: shard.freezeAt })), metrics);
  if ('leads' in role) peerRoutes(routes, role.leads, open);
  metrics.watch(open, () => acceptors.depth);
  return routes;
}

const config = readConfig();
const logger = createLogger('log', config.logLevel);
const lifetime = new Lifetime(logger);
const metrics = new LogMetrics();
let routes: Routes = new OpeningRoutes();

async function start(): Promise<void> {
  const server = createLogServer({ routes: () => routes, logger, metrics });
  await new Promise<void>((listening, fail) => {
    server.once('error', fail);
    server.listen(config.log.port, () => listening());
  });
  const role = new CurrentRole({
    openLease: (isOver) =>
      openPatiently(() => Lease.open(requireDatabaseUrl(config), config.logPeerUrl), {
        isOver,
        onWait: (error) => {
          logger.error({ err: error }, 'the database cannot be used yet');
          tellWait(error);
        },
      }),
    logger,
    mayLead: !config.logReadOnly,
    fail: (error) => lifetime.fail(error),
    open: openRole,
    pause: (reason) => {
      if (!isWaiting(routes)) routes = new ReadingRoutes(routes, reasonOfWait(reason));
    },
  });
  lifetime.onUncaught((error) => role.lost(error));
  lifetime.onEnd('role', () => role.end());
  // Closed before the logs: whoever waits gets an answer.
  lifetime.onEnd('http', () => closeServer(server));
  await role.begin();
  lifetime.ready();
}

function isWaiting(served: Routes): served is OpeningRoutes | ReadingRoutes {
  return served instanceof OpeningRoutes || served instanceof ReadingRoutes;
}

function tellWait(error: unknown): void {
  if (isWaiting(routes)) routes.waitsFor = reasonOfWait(error);
}

async function openRole(role: Role, scope: Scope): Promise<void> {
  const opened = await openRoutes(role, {
    config,
    logger,
    lifetime: scope,
    metrics,
    onWait: tellWait,
  });
  if (!scope.isClosed) routes = opened;
}

start().catch((error: unknown) => lifetime.fail(error));
