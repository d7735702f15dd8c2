/** Puts the authority together: keys, whom it believes, what it serves. main.ts runs it as a process, tests in theirs. */
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { toHex } from '#lib/encoding/bytes.ts';
import { fromBase64 } from '#lib/encoding/base64.ts';
import { keyFolder, keyPassphrase, type Config } from '#lib/server/config.ts';
import type { Sql } from '#lib/server/database.ts';
import type { Logger } from '#lib/server/logger.ts';
import { ctLog } from './fulcio/ct-log.ts';
import { mountFulcio } from './fulcio/http.ts';
import { issuanceClock } from './fulcio/issuance-clock.ts';
import type { IssueDeps } from './fulcio/issue.ts';
import { jsonPoster } from './fulcio/json-post.ts';
import { newSerial } from './fulcio/serial.ts';
import { mountHealth } from './health.ts';
import { openCodeSigningAuthority, openTimestampAuthority, type Authority } from './keys/authority.ts';
import { ensureKeySet } from './keys/key-set.ts';
import { IssuerKeyCache } from './oidc/issuer-keys.ts';
import { embeddedIssuer, readIssuers } from './oidc/issuers.ts';
import { mountProvider } from './oidc/provider/mount.ts';
import { createServer } from './server.ts';
import { mountTsa } from './tsa/http.ts';
import { mountTrustRoot } from './trust-root/http.ts';
import { rememberAuthorities } from './trust-root/known-authorities.ts';
import { followLogList, type KnownLogs } from './trust-root/known-logs.ts';
import { mountTuf } from './trust-root/tuf/mount.ts';
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
  const codeSigning = openCodeSigningAuthority(config, folder);
  const timestamps = openTimestampAuthority(config, folder);
  const authorities = rememberAuthorities(
    join(config.dataDir, 'trust', 'authorities.json'),
    { codeSigning, timestamps },
    new Date(now()),
  );
  const fastify = createServer(logger);
  const file = join(config.dataDir, 'trust', 'logs.json');
  const knownLogs = followLogList({ logUrl: config.log.url, file, logger });
  fastify.addHook('onClose', async () => knownLogs.stop());
  const issuing = openIssuing(deps, fastify, knownLogs, { codeSigning, timestamps });
  await mountFulcio(fastify, issuing);
  await mountTsa(fastify, { authority: timestamps, now, newSerial });
  mountTrustRoot(fastify, { config, knownLogs, authorities });
  const readTargets = async () =>
    targetFiles({ config, logs: knownLogs.all(), authorities }, new Date(now()));
  const tuf = mountTuf({ fastify, config, logger, readTargets, now });
  const { issuerKeys } = issuing.token;
  const health = {
    codeSigning,
    timestamps,
    knownLogs,
    issuerKeys,
    embeddedIssuer: embeddedIssuer(config.ca.url),
    tuf,
    now,
  };
  mountHealth(fastify, health);
  await mountProvider({
    fastify,
    config,
    sql: deps.sql,
    logger,
    keyFolder: keys,
    demoMailbox: config.demoMailbox,
  });
  return { fastify, knownLogs };
}

interface Authorities {
  readonly codeSigning: Authority;
  readonly timestamps: Authority;
}

function openIssuing(
  { config, now }: CaDeps,
  fastify: FastifyInstance,
  knownLogs: KnownLogs,
  { codeSigning, timestamps }: Authorities,
): IssueDeps {
  const poster = jsonPoster({ timeoutMs: 10_000, maxBytes: 64 * 1024 });
  fastify.addHook('onClose', async () => poster.close());
  const ownKeys = [...codeSigning.chain, ...timestamps.chain].map(({ spki }) => toHex(spki));
  return {
    token: {
      issuers: readIssuers(config.ca.url, config.issuersFile),
      issuerKeys: new IssuerKeyCache(now),
      now,
    },
    authority: codeSigning,
    ctLog: ctLog({ logUrl: config.log.url, knownLogs: knownLogs.all, post: poster.post, now }),
    now: issuanceClock(now),
    newSerial,
    reservedKeys: () =>
      new Set([
        ...ownKeys,
        ...knownLogs.all().map(({ publicKey }) => toHex(fromBase64(publicKey) ?? new Uint8Array())),
      ]),
  };
}
