/** The workers process: follows the logs, matches, alerts, and delivers every mail. Its one key is a witness's, if it is one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyFolder, keyPassphrase, readConfig, requireDatabaseUrl, type Config } from '#lib/server/config.ts';
import { openSql, type Sql } from '#lib/server/database.ts';
import { watchDatabase } from '#lib/server/database-sentinel.ts';
import { Lifetime } from '#lib/server/lifetime.ts';
import { isDatabaseLost } from '#lib/server/lost-database.ts';
import { createLogger, type Logger } from '#lib/server/logger.ts';
import { openMailTransport, type DkimKey, type MailTransport } from '#lib/server/mail/transport.ts';
import { ownPlaces } from '#lib/server/own-places.ts';
import { openQueues } from '#lib/server/queue.ts';
import { openSealing } from '#lib/server/sealing.ts';
import { listenForBounces } from './bounce/listen.ts';
import { refuseLogsFile } from './follow/logs-file.ts';
import { defaultSettings, startMonitor } from './monitor.ts';
import { closeServer } from './witness/http.ts';
import { openWitness } from './witness/open.ts';

/** Often enough to know within the hour, seldom enough that the log stays a log of people's signatures. */
const canaryEveryMs = 15 * 60_000;

async function start(config: Config, logger: Logger, lifetime: Lifetime): Promise<void> {
  const databaseUrl = requireDatabaseUrl(config);
  const refusal = config.logsFile === undefined ? undefined : await refuseLogsFile(config.logsFile);
  if (refusal !== undefined) return lifetime.refuse(refusal);
  const sentinel = await watchDatabase(databaseUrl, logger, (error) => lifetime.leaveLostDatabase(error));
  lifetime.onEnd('sentinel', () => sentinel.close());
  const sql = openSql(databaseUrl, { max: 14, name: 'workers' });
  lifetime.onEnd('database', () => sql.end({ timeout: 2 }));
  const locks = openSql(databaseUrl, { max: 4, name: 'workers-locks', lasting: true });
  lifetime.onEnd('locks', () => locks.end({ timeout: 2 }));
  const transport = mailTransport(config, sql, logger);
  if (transport !== undefined) lifetime.onEnd('mail', () => transport.close());
  const queues = openQueues({ redisUrl: config.redisUrl, databaseUrl, logger });
  lifetime.onEnd('queues', () => queues.close());
  await queues.migrate();
  const sealing = openSealing(config);
  const settings = {
    ...defaultSettings,
    trustUrl: config.ca.url,
    webUrl: config.web.url,
    logsFile: config.logsFile,
    tufFolder: join(config.dataDir, 'tuf-logs'),
    mailFrom: config.mailFrom,
    canary: { logUrl: config.log.url, everyMs: canaryEveryMs },
    sealing,
    bounceAddress: config.bounceAddress,
    readsBounces: config.bouncePort !== undefined,
    operators: config.operatorMail,
    webhookLoopback: config.webhookLoopback,
    ownPlaces: ownPlaces(config),
  };
  const monitor = await startMonitor({ sql, locks, queues, transport, logger }, settings);
  lifetime.onEnd('monitor', () => monitor.stop());
  if (config.bouncePort !== undefined) {
    const listener = await listenForBounces(
      { sql, sealing, logger, webUrl: config.web.url },
      config.bouncePort,
    );
    lifetime.onEnd('bounces', () => listener.close());
  }
  if (config.witness !== undefined) {
    const keyFile = join(keyFolder(config, 'workers'), 'witness.pem');
    const witness = await openWitness(
      { ...config.witness, keyFile, passphrase: keyPassphrase(config) },
      sql,
      logger,
    );
    lifetime.onEnd('witness', () => closeServer(witness));
  }
  lifetime.ready();
}

function mailTransport(config: Config, sql: Sql, logger: Logger): MailTransport | undefined {
  if (config.smtpUrl !== undefined || config.demoMailbox)
    return openMailTransport({ smtpUrl: config.smtpUrl, sql, dkim: dkimKey(config) });
  logger.warn('no SMTP_URL is set and the demo mailbox is off: mail waits in the outbox');
  return undefined;
}

function dkimKey({ dkim }: Config): DkimKey | undefined {
  return dkim && { ...dkim, privateKey: readFileSync(dkim.keyFile, 'utf8') };
}

const config = readConfig();
const logger = createLogger('workers', config.logLevel);
const lifetime = new Lifetime(logger);
start(config, logger, lifetime).catch((error: unknown) => {
  if (isDatabaseLost(error)) lifetime.leaveLostDatabase(error);
  else lifetime.fail(error);
});
