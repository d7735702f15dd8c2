/** The certificate authority process: holds the CA, timestamp and OIDC keys; writes ca_* alone. */
import { networkInterfaces } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { readConfig, requireDatabaseUrl } from '#lib/server/config.ts';
import { openSql } from '#lib/server/database.ts';
import { Lifetime } from '#lib/server/lifetime.ts';
import { createLogger } from '#lib/server/logger.ts';
import { openCa } from './open.ts';

const config = readConfig();
const logger = createLogger('ca', config.logLevel);
const lifetime = new Lifetime(logger);
const sql = openSql(requireDatabaseUrl(config), { max: 8, name: 'ca' });
lifetime.onEnd('sql', () => sql.end({ timeout: 2 }));

const { fastify, knownLogs } = await openCa({ config, logger, sql, now: Date.now });
lifetime.onEnd('http', () => fastify.close());
// A machine without IPv6 refuses to listen on `::`, which elsewhere means both.
const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ family }) => family === 'IPv6'),
);
await fastify.listen({ port: config.ca.port, host: hasIpv6 ? '::' : '0.0.0.0' });

// Whoever waits for "ready" will ask for the trust root next, and that needs the log. It need not be there for long:
// without it everything else is served, and /healthz says what is missing.
const patience = Date.now() + 10_000;
while (knownLogs.all().length === 0 && Date.now() < patience) await pause(50);
lifetime.ready();
