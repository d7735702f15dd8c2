/** The log process: three logs on one engine, each with its own key, and the HTTP that writes and reads them. */
import { availableParallelism } from 'node:os';
import { openSql } from '#lib/server/database.ts';
import { readConfig, requireDatabaseUrl, type Config } from '#lib/server/config.ts';
import { Lifetime } from '#lib/server/lifetime.ts';
import { createLogger } from '#lib/server/logger.ts';
import { ctRoutes } from './ct/http.ts';
import { ctBundle } from './ct/record.ts';
import { AcceptedRoots } from './ct/roots.ts';
import { Acceptors } from './accept/acceptors.ts';
import { aboutRoutes, type ListedLog } from './http/about.ts';
import { LogMetrics } from './http/log-metrics.ts';
import { Routes } from './http/routes.ts';
import { closeServer, createLogServer } from './http/server.ts';
import { openLog, type LogPlan, type Surroundings } from './open-log.ts';
import { OpeningRoutes } from './opening.ts';
import { findLeafIn } from './read/find-leaf.ts';
import { rekorV1Routes } from './rekor/http-v1.ts';
import { rekorRoutes } from './rekor/http-v2.ts';
import { openTrees } from './rekor/open-trees-v1.ts';
import { rekorV1Bundle } from './rekor/record-v1.ts';
import { RekorShards } from './shards/rekor-shards.ts';

function plans({ log }: Config): { rekorV1: LogPlan; ct: LogPlan } {
  // Clients take the origin from the hostname of the log's URL: no port, no path.
  const { hostname } = new URL(log.url);
  const signed = { keyType: 'ecdsa-p256', baseUrl: log.url } as const;
  return {
    rekorV1: { name: 'rekor-v1', kind: 'rekor-v1', origin: hostname, codec: rekorV1Bundle, ...signed },
    ct: { name: 'ct', kind: 'ct', origin: `${hostname}/ct`, codec: ctBundle, ...signed },
  };
}

async function openRoutes(surroundings: Surroundings & { metrics: LogMetrics }): Promise<Routes> {
  const { config, logger, lifetime, metrics } = surroundings;
  const plan = plans(config);
  const [shards, rekorV1, ct] = await Promise.all([
    RekorShards.open(surroundings),
    openLog(plan.rekorV1, surroundings),
    openLog(plan.ct, surroundings),
  ]);
  const sql = openSql(requireDatabaseUrl(config), { max: 2, name: 'log-read' });
  lifetime.onEnd('database', () => sql.end({ timeout: 2 }));
  // This thread has its share of the work: HTTP, and the sequencers.
  const acceptors = await Acceptors.open(Math.max(1, availableParallelism() - 1));
  lifetime.onEnd('acceptors', () => acceptors.close());
  const routes = new Routes();
  rekorRoutes(routes, (host) => shards.at(host), acceptors);
  rekorV1Routes(routes, openTrees(rekorV1, sql, { logger, lifetime }));
  ctRoutes(routes, { ...ct, roots: new AcceptedRoots(config.ca.url), findLeaf: findLeafIn(sql, ct.logId) });
  const rekor = (): ListedLog[] => shards.all.map(({ shard, log }) => ({ log, end: shard.freezeAt }));
  const all = (): ListedLog[] => [...rekor(), { log: rekorV1 }, { log: ct }];
  aboutRoutes(routes, all, metrics);
  metrics.watch(
    () => all().map(({ log }) => log),
    () => acceptors.depth,
  );
  return routes;
}

async function start(surroundings: Surroundings): Promise<void> {
  const { config, logger, lifetime } = surroundings;
  const metrics = new LogMetrics();
  let routes: Routes = new OpeningRoutes();
  const server = createLogServer({ routes: () => routes, logger, metrics });
  await new Promise<void>((listening, fail) => {
    server.once('error', fail);
    server.listen(config.log.port, () => listening());
  });
  routes = await openRoutes({ ...surroundings, metrics });
  // Closed before the logs, which are opened before it: whoever waits gets an answer.
  lifetime.onEnd('http', () => closeServer(server));
  lifetime.ready();
}

const config = readConfig();
const logger = createLogger('log', config.logLevel);
const lifetime = new Lifetime(logger);
start({ config, logger, lifetime }).catch((error: unknown) => lifetime.fail(error));
