/**
 * The embedded OpenID issuer, served below /oidc of the CA: for people and places that have no identity provider of their
 * own. A person proves an e-mail address by typing a mailed code; the certificate authority then trusts the ID token like
 * any other issuer's. Protocol: oidc-provider (issuer.ts). Sign-in pages: sign-in-routes.ts.
 */
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { JWK } from 'oidc-provider';
import { keyPassphrase, type Config } from '#lib/server/config.ts';
import type { Sql } from '#lib/server/database.ts';
import type { Logger } from '#lib/server/logger.ts';
import { sweepCodes, type LoginCodes } from '#lib/server/login-code.ts';
import { IssuerKeyCache } from '../issuer-keys.ts';
import { States } from './upstream/begin.ts';
import { upstreamRoutes } from './upstream/routes.ts';
import { readUpstreams } from './upstream/upstreams-file.ts';
import { openIssuer } from './issuer.ts';
import { libraryPages } from './library-pages.ts';
import { libraryRoutes } from './library-routes.ts';
import { limitsFor } from './limits.ts';
import { loginMail } from './login-mail.ts';
import { renderPage, type Page, type RenderedPage } from './pages/document.ts';
import { openLook, type Look } from './pages/look.ts';
import { openIssuerSecrets } from './secrets.ts';
import { followSigningKeys } from './follow-signing-keys.ts';
import { sweepRecords } from './record-store.ts';
import { SigningKeys } from './signing-keys.ts';
import { signInRoutes } from './sign-in-routes.ts';

export interface ProviderDeps {
  readonly fastify: FastifyInstance;
  readonly config: Config;
  readonly sql: Sql;
  readonly logger: Logger;
  /** The CA's own key folder. */
  readonly keyFolder: string;
  /** True when no mail leaves this machine: pages then point at the demo mailbox, and nobody's inbox needs protection. */
  readonly demoMailbox: boolean;
}

const sweepEveryMs = 10 * 60 * 1000;
const formBytes = 56 * 1024;

export interface MountedProvider {
  /** SPKI of what signs its tokens. */
  publicKeys(): readonly Uint8Array[];
}

export async function mountProvider(deps: ProviderDeps): Promise<MountedProvider> {
  const { fastify, config, sql, logger } = deps;
  const issuer = `${config.ca.url}/oidc`;
  const secrets = openIssuerSecrets(deps.keyFolder);
  const look = openLook();
  const limits = limitsFor(deps.demoMailbox);
  const render = (page: Page): RenderedPage => renderPage(look, issuer, page);
  const parts = { issuer, webUrl: config.web.url, sql, secrets, shows: libraryPages(render) };
  const signingKeys = new SigningKeys(deps.keyFolder, keyPassphrase(config));
  const issuing = followSigningKeys({
    fastify,
    logger,
    keys: signingKeys,
    open: (current) => openIssuer({ ...parts, signingKeys: current }),
  });
  const codes: LoginCodes = {
    sql,
    table: 'ca_login_code',
    secret: secrets.codeSecret,
    limits: limits.mail,
    compose: loginMail,
  };
  const send = (reply: FastifyReply, page: Page) => {
    const { status, headers, body } = render(page);
    return reply.code(status).headers(headers).send(body);
  };
  await fastify.register(async (below) => {
    below.removeAllContentTypeParsers();
    typefaceRoutes(below, look);
    await below.register(async (forms) => {
      forms.addContentTypeParser(
        'application/x-www-form-urlencoded',
        { parseAs: 'string', bodyLimit: formBytes },
        (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
      );
      const mailbox = deps.demoMailbox ? `${config.web.url}/mailbox` : undefined;
      const upstreams = readUpstreams(config.loginProvidersFile);
      const at = { issuing, ownPages: config.web.url };
      const signIn = { ...at, codes, upstreams, formSecret: secrets.formSecret, mailbox, limits, send };
      signInRoutes(forms, signIn);
      const exchange = { issuerKeys: new IssuerKeyCache(Date.now), now: Date.now };
      upstreamRoutes(forms, { ...signIn, exchange, states: new States(secrets.stateSecret, issuer), logger });
    });
    await below.register(async (protocol) => {
      protocol.addContentTypeParser(
        '*',
        { parseAs: 'string', bodyLimit: formBytes },
        (_request, body, done) => done(null, body),
      );
      libraryRoutes(protocol, { issuing, issuer: new URL(issuer), logger, render, send, limits });
    });
  });
  sweepRegularly(fastify, codes, logger);
  return { publicKeys: () => issuing.signingKeys.map(spkiOf) };
}

function spkiOf(jwk: JWK): Uint8Array {
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  return Uint8Array.from(key.export({ format: 'der', type: 'spki' }));
}

/** The name changes with the product, not with the content: a day is long enough. */
function typefaceRoutes(fastify: FastifyInstance, look: Look): void {
  fastify.get('/oidc/typeface/:name', (request: FastifyRequest, reply: FastifyReply) => {
    const typeface = look.typefaces.get((request.params as { name: string }).name);
    if (typeface === undefined) return reply.callNotFound();
    return reply
      .headers({ 'content-type': 'font/woff2', 'cache-control': 'public, max-age=86400' })
      .send(typeface);
  });
}

function sweepRegularly(fastify: FastifyInstance, codes: LoginCodes, logger: Logger): void {
  const sweep = () =>
    void Promise.all([sweepRecords(codes.sql), sweepCodes(codes)]).catch((error: unknown) =>
      logger.warn({ err: error }, 'expired sign-ins could not be swept'),
    );
  const timer = setInterval(sweep, sweepEveryMs).unref();
  fastify.addHook('onClose', async () => clearInterval(timer));
}
