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
import { aboutRoutes } from './http/about.ts';
import { Routes } from './http/routes.ts';
import { closeServer, createLogServer } from './http/server.ts';
import { openLog, type LogPlan, type Surroundings } from './open-log.ts';
import { findLeafIn } from './read/find-leaf.ts';
import { rekorBundle } from './rekor/bundle.ts';
import { rekorV1Routes } from './rekor/http-v1.ts';
import { rekorRoutes } from './rekor/http-v2.ts';
import { openTrees } from './rekor/open-trees-v1.ts';
import { rekorV1Bundle } from './rekor/record-v1.ts';

function plans(config: Config): { rekor: LogPlan; rekorV1: LogPlan; ct: LogPlan } {
  // Clients take the origin from the hostname of the log's URL: no port, no path.
  const { hostname } = new URL(config.log.url);
  return {
    rekor: { name: 'rekor-v2', kind: 'rekor-v2', origin: hostname, keyType: 'ed25519', codec: rekorBundle },
    rekorV1: {
      name: 'rekor-v1',
      kind: 'rekor-v1',
      origin: hostname,
      keyType: 'ecdsa-p256',
      codec: rekorV1Bundle,
    },
    ct: { name: 'ct', kind: 'ct', origin: `${hostname}/ct`, keyType: 'ecdsa-p256', codec: ctBundle },
  };
}

async function start({ config, logger, lifetime }: Surroundings): Promise<void> {
  const plan = plans(config);
  const [rekor, rekorV1, ct] = await Promise.all(
    [plan.rekor, plan.rekorV1, plan.ct].map((one) => openLog(one, { config, logger, lifetime })),
  );
  if (rekor === undefined || rekorV1 === undefined || ct === undefined) throw new Error('a log is missing');
  const sql = openSql(requireDatabaseUrl(config), { max: 2, name: 'log-read' });
  lifetime.onEnd('database', () => sql.end({ timeout: 2 }));
  const routes = new Routes();
  // This thread has its share of the work: HTTP, and the sequencers.
  const acceptors = await Acceptors.open(Math.max(1, availableParallelism() - 1));
  lifetime.onEnd('acceptors', () => acceptors.close());
  rekorRoutes(routes, { ...rekor, acceptors });
  rekorV1Routes(routes, openTrees(rekorV1, sql, { logger, lifetime }));
  ctRoutes(routes, { ...ct, roots: new AcceptedRoots(config.ca.url), findLeaf: findLeafIn(sql, ct.logId) });
  aboutRoutes(routes, config.log.url, [rekor, rekorV1, ct]);
  const server = createLogServer(routes, logger);
  lifetime.onEnd('http', () => closeServer(server));
  await new Promise<void>((listening, fail) => {
    server.once('error', fail);
    server.listen(config.log.port, () => listening());
  });
  lifetime.ready();
}

const config = readConfig();
const logger = createLogger('log', config.logLevel);
const lifetime = new Lifetime(logger);
start({ config, logger, lifetime }).catch((error: unknown) => lifetime.fail(error));
