/** The person's side of the issuer: address, code, consent. GET shows, POST does, and a POST is answered with a redirect. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parseEmailAddress } from '#lib/identity/email-address.ts';
import { codeDigits, redeemCode, sendCode, sentCode, type LoginCodes } from '#lib/server/login-code.ts';
import { formToken, isFormToken } from './form-token.ts';
import { accept, openSignIn, refuse, type SignIn, type SignInAt } from './interaction.ts';
import type { Page } from './pages/document.ts';
import { endedPage, tooManyPage } from './pages/outcome.ts';
import { addressPage, codePage, consentPage, type Problem, type SignInForm } from './pages/sign-in.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Upstream } from './upstream/upstream.ts';

export interface SignInDeps extends SignInAt {
  readonly codes: LoginCodes;
  /** Whom people may sign in with instead. */
  readonly upstreams: readonly Upstream[];
  readonly formSecret: Uint8Array;
  /** The demo mailbox, shown when no mail leaves this machine. */
  readonly mailbox: string | undefined;
  readonly limits: { readonly address: RateLimit; readonly code: RateLimit };
  send(reply: FastifyReply, page: Page): FastifyReply;
}

const base = '/oidc/interaction/:uid';
const fields = z.object({
  token: z.string().max(100),
  email: z.string().max(1000).default(''),
  code: z.string().max(100).default(''),
});

export function signInRoutes(fastify: FastifyInstance, deps: SignInDeps): void {
  fastify.get(base, async (request, reply) => {
    const signIn = await openSignIn(deps, request, reply);
    return deps.send(reply, signIn === undefined ? endedPage : await currentPage(deps, signIn, request));
  });
  post(fastify, deps, 'address', giveAddress);
  post(fastify, deps, 'code', giveCode);
  post(fastify, deps, 'consent', giveConsent);
  post(fastify, deps, 'cancel', ({ exchange }) => refuse(deps.issuing.provider, exchange));
}

interface Step {
  readonly deps: SignInDeps;
  readonly signIn: SignIn;
  readonly form: SignInForm;
  readonly given: z.infer<typeof fields>;
  readonly exchange: { readonly request: FastifyRequest; readonly reply: FastifyReply };
}

/** A step answers with where to go next, or with a page that says what is wrong. */
type Answer = string | Page;

function post(
  fastify: FastifyInstance,
  deps: SignInDeps,
  name: string,
  take: (step: Step) => Promise<Answer>,
): void {
  fastify.post(`${base}/${name}`, async (request, reply) => {
    const signIn = await openSignIn(deps, request, reply);
    const given = fields.safeParse(request.body).data;
    if (signIn === undefined || given === undefined) return deps.send(reply, endedPage);
    if (!isFormToken(deps.formSecret, signIn.uid, given.token)) return deps.send(reply, endedPage);
    const form = formOf(deps, signIn);
    const answer = await take({ deps, signIn, form, given, exchange: { request, reply } });
    if (typeof answer !== 'string') return deps.send(reply, answer);
    return reply.header('cache-control', 'no-store').redirect(answer, 303);
  });
}

function formOf(deps: SignInDeps, signIn: SignIn): SignInForm {
  const providers = deps.upstreams.map(({ name }) => name);
  return {
    interaction: signIn.uid,
    token: formToken(deps.formSecret, signIn.uid),
    asker: signIn.asker,
    providers,
  };
}

async function currentPage(deps: SignInDeps, signIn: SignIn, request: FastifyRequest): Promise<Page> {
  const form = formOf(deps, signIn);
  const { step } = request.query as { step?: unknown };
  const sent = step === 'address' ? undefined : await sentCode(deps.codes, signIn.uid);
  if (sent !== undefined) return codePage(form, { ...sent, mailbox: deps.mailbox });
  if (signIn.knownAs !== undefined && step !== 'address') return consentPage(form, signIn.knownAs);
  const hint = parseEmailAddress(signIn.asker.loginHint ?? '')?.value;
  return addressPage(form, { email: hint ?? '' });
}

async function giveAddress({ deps, signIn, form, given, exchange }: Step): Promise<Answer> {
  const email = parseEmailAddress(given.email);
  if (email === undefined) {
    const message = 'That is not an e-mail address we can send to. It looks like name@example.org.';
    return addressPage(form, { email: given.email, problem: { status: 400, message } });
  }
  if (!deps.limits.address.allow(exchange.request.ip)) return tooManyPage;
  await sendCode(deps.codes, { interaction: signIn.uid, email, asker: signIn.asker.name });
  return `/oidc/interaction/${signIn.uid}`;
}

async function giveCode({ deps, signIn, form, given, exchange }: Step): Promise<Answer> {
  const sent = await sentCode(deps.codes, signIn.uid);
  if (sent === undefined) return `/oidc/interaction/${signIn.uid}`;
  const again = (message: string): Page => {
    const problem: Problem = { status: 400, message };
    return codePage(form, { ...sent, mailbox: deps.mailbox, problem });
  };
  const typed = given.code.replaceAll(/[\s-]/g, '');
  if (!/^\d+$/.test(typed) || typed.length !== codeDigits) return again('The code has 8 digits.');
  if (!deps.limits.code.allow(exchange.request.ip)) return tooManyPage;
  const redeemed = await redeemCode(deps.codes, signIn.uid, typed);
  switch (redeemed.outcome) {
    case 'accepted':
      return accept(deps.issuing.provider, signIn, { email: redeemed.email, upstream: undefined }, exchange);
    case 'wrong':
      return again(`That is not the code. ${attempts(redeemed.attemptsLeft)} left.`);
    case 'spent':
      return again('No code sent to this page works any more. Send another one.');
  }
}

async function giveConsent({ deps, signIn, exchange }: Step): Promise<Answer> {
  if (signIn.knownAs === undefined) return `/oidc/interaction/${signIn.uid}`;
  return accept(deps.issuing.provider, signIn, signIn.knownAs, exchange);
}

function attempts(left: number): string {
  return left === 1 ? 'One attempt' : `${left} attempts`;
}
