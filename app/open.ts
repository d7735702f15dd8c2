/** A web process: pages and the public API. Holds no private key; writes account_* and mail_outbox alone. */
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import next from 'next';
import { connectionOptions, guardConnections } from '#lib/server/connection-guard.ts';
import { readConfig, requireDatabaseUrl } from '#lib/server/config.ts';
import { openPrisma, openSql } from '#lib/server/database.ts';
import { freezesOf } from '#lib/server/freezes.ts';
import { guardedFetch } from '#lib/server/guarded-fetch.ts';
import { internalSecret } from '#lib/server/internal-secret.ts';
import { Lifetime } from '#lib/server/lifetime.ts';
import { createLogger } from '#lib/server/logger.ts';
import { getOutbound } from '#lib/server/outbound-fetch.ts';
import { renderLetter } from '#lib/server/mail/letter.tsx';
import { namedSql } from '#lib/server/named-sql.ts';
import { openSealing } from '#lib/server/sealing.ts';
import { proveEntry } from '#lib/verify/entry-proof.ts';
import { proofSource } from '#lib/verify/proof-source.ts';
import { openPasskeys } from './account/login/passkeys.ts';
import { openLogins, readProviders } from './account/login/providers.ts';
import { authoritativeTxt } from './account/ownership/dns.ts';
import { ciIssuers } from './account/ownership/ci-issuers.ts';
import { knownHosts } from './account/ownership/places.ts';
import type { OwnershipWorld } from './account/ownership/check.ts';
import { tendAccounts } from './account/tend.ts';
import { problemBody } from './api/problem-body.ts';
import { provideDependencies, type Dependencies } from './dependencies.ts';
import { evidenceArchive } from './evidence/archive.ts';
import { readHealth } from './health.ts';
import { openPaces } from './pace/paces.ts';
import { readFirstRoot } from './setup/first-root.ts';
import { refusalPages } from './refusal.tsx';
import { serve } from './serve.ts';
import { statusReader } from './status/status.ts';
import { trustReader } from './verify/trust.ts';
import { publicTrust, publicTrustReader } from './verify/public-trust.ts';
import { VerifyUploads } from './verify/upload.ts';
import { verifyForm, verifyRequest } from './verify/verify.ts';
import { keyPlaces, sealPlainChannels } from './watch/settings/channels.ts';
import { sealPlainFeeds } from './watch/settings/feed.ts';

const projectFolder = fileURLToPath(new URL('..', import.meta.url));
if (!existsSync(join(projectFolder, '.next', 'BUILD_ID')))
  throw new Error('The pages are not built: run `npm run build`, or start everything with `npm start`.');

const config = readConfig();
const logger = createLogger('web', config.logLevel);
const lifetime = new Lifetime(logger);
const databaseUrl = requireDatabaseUrl(config);
const sql = openSql(databaseUrl, { max: 6, name: 'web' });
lifetime.onEnd('sql', () => sql.end({ timeout: 2 }));
const prisma = openPrisma(databaseUrl, { max: 3 });
lifetime.onEnd('prisma', () => prisma.$disconnect());
const readerOf = once((baseUrl) => guardedFetch(baseUrl, { timeoutMs: 5_000 }));
const readTrust = trustReader(prisma, readerOf(config.ca.url));
const readPublicTrust = publicTrustReader(config, logger);
const believed = { own: readTrust, public: () => publicTrust(readPublicTrust, new Date()) };
const uploads = new VerifyUploads((question) => verifyForm(question, believed, new Date()));
const sealing = openSealing(config);
await sealPlainChannels({ prisma, sealing });
await keyPlaces({ prisma, sealing });
await sealPlainFeeds({ prisma, sealing });
const now = () => new Date();
const askForProof: Dependencies['proveEntry'] = (log, claim) =>
  proveEntry(proofSource(log, readerOf(log.url)), claim);
const ownershipWorld: OwnershipWorld = {
  sql,
  txt: (name) => authoritativeTxt(name),
  get: (url) => getOutbound(url),
  hosts: { ...knownHosts, ...config.repositoryHosts },
};
const askedBriefly = once((baseUrl) => guardedFetch(baseUrl, { timeoutMs: 1_500, longestWaitMs: 2_000 }));
const answers = (baseUrl: string) =>
  askedBriefly(baseUrl)('healthz', 64 * 1024).then(
    () => true,
    () => false,
  );
const statement = once(namedSql);
const refusalPage = refusalPages(config);
const provided: Dependencies = {
  config,
  logger,
  now,
  sql,
  prisma,
  statement,
  proveEntry: askForProof,
  evidenceArchive: (about, entries) =>
    evidenceArchive({ prisma, config, now, proveEntry: askForProof }, about, entries),
  firstRoot: () => readFirstRoot(readerOf(config.ca.url)),
  readStatus: statusReader({ sql, statement, now, answers, config }),
  verify: (request) => verifyRequest(request, believed, new Date()),
  publicTrust: readPublicTrust,
  shownVerification: (id) => uploads.shown(id),
  passkeys: openPasskeys(config.web.url),
  logins: openLogins(readProviders(config.loginProvidersFile), `${config.web.url}/sign-in/return`),
  refusalPage,
  freezes: freezesOf(config.ca.url, internalSecret(config)),
  sealing,
  renderLetter,
  ownershipWorld,
  ciIssuers: ciIssuers(readerOf(config.ca.url), readerOf),
};
provideDependencies(provided);
const auditLog = { sql, logUrl: config.log.url, post: readerOf(config.log.url) };
lifetime.onEnd('tending', tendAccounts({ deps: provided, world: ownershipWorld, auditLog }));

// Next.js listens for WebSocket upgrades on the server it is given: one that nobody can reach.
const pages = next({ dev: false, dir: projectFolder, quiet: true, httpServer: createServer() });
await pages.prepare();
lifetime.onEnd('pages', () => pages.close());

const server = createServer(
  { ...connectionOptions, maxHeaderSize: 16_384 },
  serve({
    config,
    logger,
    sealing,
    uploads,
    refusalPage,
    paces: openPaces(provided, config),
    pages: pages.getRequestHandler(),
    health: () => readHealth(sql, new Date()),
  }),
);
guardConnections(server, {}, (status, why) => problemBody(config.web.url, status, why));
server.on('upgrade', (_request, socket) =>
  socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'),
);
lifetime.onEnd(
  'server',
  () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeIdleConnections();
    }),
);
server.listen(config.web.port, () => {
  logger.info({ url: config.web.url }, 'listening');
  lifetime.ready();
});

/** Remembers what `make` made of each name; the names are few. */
function once<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>();
  return (name) => {
    const found = made.get(name) ?? make(name);
    made.set(name, found);
    return found;
  };
}
