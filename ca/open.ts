/** Puts the authority together: keys, whom it believes, what it serves. main.ts runs it as a process, tests in theirs. */
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { keyFolder, keyPassphrase, type Config } from '#lib/server/config.ts';
import type { Sql } from '#lib/server/database.ts';
import { internalSecret } from '#lib/server/internal-secret.ts';
import type { Logger } from '#lib/server/logger.ts';
import { mountFreezes } from './freeze/http.ts';
import { freezeStore, type FreezeStore } from './freeze/store.ts';
import { ctLog } from './fulcio/ct-log.ts';
import { mountFulcio, type FulcioDeps } from './fulcio/http.ts';
import { issuanceClock } from './fulcio/issuance-clock.ts';
import { jsonPoster } from './fulcio/json-post.ts';
import { newSerial } from './fulcio/serial.ts';
import { mountHealth } from './health.ts';
import { ensureKeySet } from './keys/key-set.ts';
import { IssuerKeyCache } from './oidc/issuer-keys.ts';
import { followIssuers } from './oidc/follow-issuers.ts';
import { embeddedIssuer, type Issuers } from './oidc/issuers.ts';
import { mountProvider } from './oidc/provider/mount.ts';
import { OwnKeys } from './own-keys.ts';
import { createServer } from './server.ts';
import { mountTsa } from './tsa/http.ts';
import { closingChains } from './trust-root/known-authorities.ts';
import { mountTrustRoot } from './trust-root/http.ts';
import { followGenerations, type Issuing } from './trust-root/issuing.ts';
import { followLogList, type KnownLogs } from './trust-root/known-logs.ts';
import { mountTuf, type MountedTuf } from './trust-root/tuf/mount.ts';
import { targetFiles } from './trust-root/tuf/target-files.ts';

export interface CaDeps {
  readonly config: Config;
  readonly logger: Logger;
  readonly sql: Sql;
  /** Milliseconds. */
  readonly now: () => number;
}

export interface Ca {
  /** Ready to listen. Closing it closes everything below it. */
  readonly fastify: FastifyInstance;
  readonly knownLogs: KnownLogs;
}

export async function openCa(deps: CaDeps): Promise<Ca> {
  const { config, logger, now } = deps;
  const keys = keyFolder(config, 'ca');
  const folder = await ensureKeySet(keys, new Date(now()), keyPassphrase(config));
  const fastify = createServer(logger, config.proxyHops);
  const issuing = followGenerations({ fastify, config, logger, keySetFolder: folder, now });
  const file = join(config.dataDir, 'trust', 'logs.json');
  const knownLogs = followLogList({ logUrl: config.log.url, file, logger });
  fastify.addHook('onClose', async () => knownLogs.stop());
  const followed = followIssuers({ caUrl: config.ca.url, file: config.issuersFile, logger });
  fastify.addHook('onClose', async () => followed.stop());
  const freezes = freezeStore(deps.sql);
  const { tuf, logsPublishedAt } = publishTrust(deps, fastify, issuing, knownLogs);
  const provider = await mountProvider({
    fastify,
    config,
    sql: deps.sql,
    logger,
    keyFolder: keys,
    demoMailbox: config.demoMailbox,
  });
  const ownKeys = new OwnKeys({ issuing, knownLogs, tuf, provider });
  const { issuers } = followed;
  const fulcio = openFulcio(deps, fastify, knownLogs, {
    issuing,
    freezes,
    issuers,
    ownKeys,
    logsPublishedAt,
  });
  await mountFulcio(fastify, fulcio);
  await mountFreezes(fastify, { store: freezes, secret: internalSecret(config) });
  await mountTsa(fastify, {
    get authority() {
      return issuing.timestamps;
    },
    // A time that has passed is the one thing a timestamp must never say.
    now: issuanceClock(now),
    newSerial,
  });
  mountTrustRoot(fastify, { config, knownLogs, authorities: () => issuing.known });
  const { issuerKeys } = fulcio.token;
  const health = {
    get codeSigning() {
      return issuing.inUse;
    },
    get timestamps() {
      return issuing.timestamps;
    },
    knownLogs,
    issuerKeys,
    issuersProblem: followed.problem,
    embeddedIssuer: embeddedIssuer(config.ca.url),
    tuf,
    now,
  };
  mountHealth(fastify, health);
  return { fastify, knownLogs };
}

/** The trust files follow what issues and which logs there are; both learn what has reached the clients. */
function publishTrust(
  { config, logger, now }: CaDeps,
  fastify: FastifyInstance,
  issuing: Issuing,
  knownLogs: KnownLogs,
): { tuf: MountedTuf; logsPublishedAt: ReadonlyMap<string, number> } {
  const logsPublishedAt = new Map<string, number>();
  const readTargets = () => {
    const authorities = issuing.known;
    const logs = knownLogs.all();
    const files = targetFiles({ config, logs, authorities }, new Date(now()));
    const published = () => {
      issuing.published(authorities);
      for (const { logId } of logs) logsPublishedAt.set(logId, logsPublishedAt.get(logId) ?? now());
    };
    return { files, published };
  };
  const tuf = mountTuf({ fastify, config, logger, readTargets, now });
  issuing.onListed(() => void tuf.publishNow());
  knownLogs.onListed(() => void tuf.publishNow());
  return { tuf, logsPublishedAt };
}

interface Authorities {
  readonly issuing: Issuing;
  readonly freezes: FreezeStore;
  readonly issuers: Issuers;
  readonly ownKeys: OwnKeys;
  readonly logsPublishedAt: ReadonlyMap<string, number>;
}

function openFulcio(
  { config, now }: CaDeps,
  fastify: FastifyInstance,
  knownLogs: KnownLogs,
  { issuing, freezes, issuers, ownKeys, logsPublishedAt }: Authorities,
): FulcioDeps {
  const poster = jsonPoster({ timeoutMs: 10_000, maxBytes: 64 * 1024 });
  fastify.addHook('onClose', async () => poster.close());
  return {
    token: {
      issuers,
      issuerKeys: new IssuerKeyCache(now),
      now,
    },
    freezes,
    get authority() {
      return issuing.inUse;
    },
    get announced() {
      return issuing.announced;
    },
    get closing() {
      return closingChains(issuing.known, new Date(now()));
    },
    ctLog: ctLog({
      logUrl: config.log.url,
      knownLogs: knownLogs.all,
      publishedAt: (logId) => logsPublishedAt.get(logId),
      post: poster.post,
      now,
    }),
    now: issuanceClock(now),
    newSerial,
    isOwnKey: (spki) => ownKeys.has(spki),
  };
}
