/** Everything below /oidc that the library answers: discovery, keys, authorization, tokens, the device grant. */
import type { EventEmitter } from 'node:events';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import type { Logger } from '#lib/server/logger.ts';
import type { Issuing } from './follow-signing-keys.ts';
import { challengeIsSound, keepChallenge, verifierFits } from './device-proof.ts';
import { showOutOfBand } from './library-pages.ts';
import type { Limits } from './limits.ts';
import type { Page, RenderedPage } from './pages/document.ts';
import { tooManyPage } from './pages/outcome.ts';
import { forLibrary } from './library-request.ts';

export interface LibraryDeps {
  readonly issuing: Issuing;
  readonly issuer: URL;
  readonly logger: Logger;
  readonly limits: Pick<Limits, 'deviceCode' | 'start'>;
  render(page: Page): RenderedPage;
  send(reply: FastifyReply, page: Page): FastifyReply;
}

export function libraryRoutes(fastify: FastifyInstance, deps: LibraryDeps): void {
  const servers = new WeakMap<Provider, LibraryServer>();
  const serverOf = (provider: Provider): LibraryServer => {
    const server = servers.get(provider) ?? libraryServer(provider, deps);
    servers.set(provider, server);
    return server;
  };
  fastify.route({
    method: ['GET', 'POST', 'OPTIONS'],
    url: '/oidc/*',
    handler: async (request, reply) => {
      const refused = await refusal(deps, request);
      if (refused !== undefined) return answerRefusal(deps, reply, refused);
      reply.hijack();
      await serverOf(deps.issuing.provider)(forLibrary(request, deps.issuer), reply.raw);
      return reply;
    },
  });
}

type LibraryServer = ReturnType<Provider['callback']>;

function libraryServer(provider: Provider, { logger, render }: LibraryDeps): LibraryServer {
  // The scheme comes in a header that library-request.ts writes: behind TLS that ends elsewhere, cookies are secure still.
  provider.proxy = true;
  provider.on('server_error', (_ctx, error) => logger.error({ err: error }, 'the OpenID issuer failed'));
  (provider as EventEmitter).on('error', (error: unknown) =>
    logger.warn({ err: error }, 'the OpenID issuer could not answer'),
  );
  provider.use(async (ctx, next) => {
    await next();
    showOutOfBand(ctx, render);
    if (/^\/device\/auth\/?$/i.test(ctx.path) && ctx.status === 200)
      await keepChallenge(provider, new URLSearchParams(ctx.oidc.body as Record<string, string>), ctx.body);
  });
  return provider.callback();
}

/** A reason not to ask the library at all. */
type Refusal =
  | { readonly kind: 'too-many' }
  | { readonly kind: 'oauth'; readonly error: string; readonly description: string };

async function refusal(
  { issuing: { provider }, limits }: LibraryDeps,
  request: FastifyRequest,
): Promise<Refusal | undefined> {
  const path = request.url.replace(/\?.*$/, '').toLowerCase();
  const body = typeof request.body === 'string' ? request.body : '';
  const form = new URLSearchParams(body);
  // PostgreSQL stores no NUL, and no parameter of these protocols may hold one (RFC 6749 appendix A).
  if (/%00|\0/.test(request.url + body)) return oauth('invalid_request', 'a parameter holds a NUL character');
  if (writes(request, path) && !limits.start.allow(request.ip)) return { kind: 'too-many' };
  if (request.method !== 'POST') return undefined;
  if (/^\/oidc\/device\/?$/.test(path) && !limits.deviceCode.allow(request.ip)) return { kind: 'too-many' };
  if (/^\/oidc\/device\/auth\/?$/.test(path) && !challengeIsSound(form))
    return oauth('invalid_request', 'code_challenge must be an S256 one');
  if (form.get('grant_type')?.endsWith(':device_code') && !(await verifierFits(provider, form)))
    return oauth('invalid_grant', 'code_verifier does not fit');
  return undefined;
}

function writes(request: FastifyRequest, path: string): boolean {
  return path.startsWith('/oidc/auth') || path.startsWith('/oidc/device') || request.method === 'POST';
}

function oauth(error: string, description: string): Refusal {
  return { kind: 'oauth', error, description };
}

function answerRefusal({ send }: LibraryDeps, reply: FastifyReply, refused: Refusal): FastifyReply {
  if (refused.kind === 'too-many') return send(reply, tooManyPage);
  const { error, description } = refused;
  return reply.code(400).header('cache-control', 'no-store').send({ error, error_description: description });
}
