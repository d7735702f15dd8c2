/**
 * Sign-in with a provider upstream: a link that leads there, an address it sends people back to, and a page with the
 * button that ends it. Nothing happens at a GET.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Logger } from '#lib/server/logger.ts';
import { formToken, isFormToken } from '../form-token.ts';
import { accept, openSignIn, type SignIn } from '../interaction.ts';
import { endedPage, problemPage, tooManyPage } from '../pages/outcome.ts';
import { returnedPage } from '../pages/sign-in.ts';
import type { SignInDeps } from '../sign-in-routes.ts';
import { authorizationUrl, type States } from './begin.ts';
import { authorizationEndpoint, redeem, type ExchangeDeps } from './exchange.ts';
import { UpstreamError, type Begun, type Upstream } from './upstream.ts';

export interface UpstreamRouteDeps extends SignInDeps {
  readonly exchange: ExchangeDeps;
  readonly states: States;
  readonly logger: Logger;
}

const text = z.string().min(1).max(8000);
const answer = z.object({ state: text, code: text.optional() });
const form = z.object({ token: text, state: text, code: text });
const base = '/oidc/interaction/:uid';

export function upstreamRoutes(fastify: FastifyInstance, deps: UpstreamRouteDeps): void {
  fastify.get(`${base}/with/:place`, async (request, reply) => {
    const signIn = await openSignIn(deps, request, reply);
    const upstream = deps.upstreams[Number((request.params as { place: string }).place)];
    if (signIn === undefined || upstream === undefined) return deps.send(reply, endedPage);
    if (!deps.limits.address.allow(request.ip)) return deps.send(reply, tooManyPage);
    const begun = deps.states.begin({ interaction: signIn.uid, upstreamId: upstream.id });
    return orProblem(deps, reply, async () =>
      leave(reply, authorizationUrl(await authorizationEndpoint(upstream), upstream, begun)),
    );
  });
  // The interaction's cookie is for paths below it; a provider knows one address only.
  fastify.get('/oidc/upstream/callback', async (request, reply) => {
    const given = answer.safeParse(request.query).data;
    const state = given && deps.states.read(given.state);
    if (given === undefined || state === undefined) return deps.send(reply, endedPage);
    const query = new URLSearchParams({ state: given.state, ...(given.code && { code: given.code }) });
    return leave(reply, `/oidc/interaction/${state.interaction}/returned?${query.toString()}`);
  });
  fastify.get(`${base}/returned`, async (request, reply) => {
    const given = answer.safeParse(request.query).data;
    const returned = given && (await returnOf(deps, request, reply, given.state));
    if (given === undefined || returned === undefined) return deps.send(reply, endedPage);
    const { signIn, upstream } = returned;
    if (given.code === undefined) return leave(reply, `/oidc/interaction/${signIn.uid}?step=address`);
    const token = formToken(deps.formSecret, signIn.uid);
    const back = { state: given.state, code: given.code, upstream: upstream.name };
    return deps.send(reply, returnedPage({ interaction: signIn.uid, token, asker: signIn.asker }, back));
  });
  fastify.post(`${base}/returned`, async (request, reply) => finish(deps, request, reply));
}

interface Returned {
  readonly signIn: SignIn;
  readonly upstream: Upstream;
  readonly begun: Begun;
}

/** The state must be of this interaction, and the interaction of this browser. */
async function returnOf(
  deps: UpstreamRouteDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  given: string,
): Promise<Returned | undefined> {
  const state = deps.states.read(given);
  const signIn = await openSignIn(deps, request, reply);
  const upstream = deps.upstreams.find(({ id }) => id === state?.upstreamId);
  if (state === undefined || upstream === undefined || signIn?.uid !== state.interaction) return undefined;
  return { signIn, upstream, begun: state.begun };
}

async function finish(
  deps: UpstreamRouteDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const given = form.safeParse(request.body).data;
  const returned = given && (await returnOf(deps, request, reply, given.state));
  if (given === undefined || returned === undefined) return deps.send(reply, endedPage);
  const { signIn, upstream, begun } = returned;
  if (!isFormToken(deps.formSecret, signIn.uid, given.token)) return deps.send(reply, endedPage);
  if (!deps.limits.code.allow(request.ip)) return deps.send(reply, tooManyPage);
  return orProblem(deps, reply, async () => {
    const email = await redeem(deps.exchange, upstream, given.code, begun);
    const person = { email, upstream: upstream.id };
    return leave(reply, await accept(deps.issuing.provider, signIn, person, { request, reply }));
  });
}

async function orProblem(
  { send, logger }: UpstreamRouteDeps,
  reply: FastifyReply,
  work: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    logger.warn({ err: error }, 'a sign-in upstream failed');
    const status = error.code === 'unavailable' ? 502 : 403;
    return send(reply, problemPage(status, 'That sign-in did not work', error.message));
  }
}

function leave(reply: FastifyReply, url: string): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .redirect(url, 303);
}
