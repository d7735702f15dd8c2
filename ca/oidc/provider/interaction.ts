/**
 * One sign-in between the library's two halves: it starts when the library sends a browser to /oidc/interaction/UID and
 * ends when we say who the person is. Only the browser that holds the interaction's cookie gets here.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors, type default as Provider, type InteractionResults } from 'oidc-provider';
import { z } from 'zod';
import { askerOf, type Asker } from './asker.ts';
import { accountIdOf, personOf, type Person } from './person.ts';
import type { Issuing } from './follow-signing-keys.ts';
import { clientId, scopes, signingResource } from './issuer.ts';

export interface SignIn {
  readonly uid: string;
  readonly asker: Asker;
  /** Whom this browser signed in before, if it may reuse that now. */
  readonly knownAs: Person | undefined;
  readonly session: { readonly uid: string; readonly accountId: string } | undefined;
}

export interface SignInAt {
  readonly issuing: Issuing;
  /** Where this instance’s own pages are. */
  readonly ownPages: string;
}

const sessionShape = z.object({ uid: z.string(), accountId: z.string() });

/** The interaction of this request's cookie, if it is the one its path names. */
export async function openSignIn(
  { issuing: { provider }, ownPages }: SignInAt,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<SignIn | undefined> {
  try {
    const details = await provider.interactionDetails(request.raw, reply.raw);
    const { uid } = request.params as { uid: string };
    if (details.uid !== uid) return undefined;
    const session = sessionShape.safeParse(details.session).data;
    const known = details.prompt.name === 'consent' ? session?.accountId : undefined;
    const knownAs = known === undefined ? undefined : personOf(known);
    return { uid, asker: askerOf(details.params, ownPages), knownAs, session };
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  }
}

/** The person is known and agreed to share the address: where to send the browser. */
export async function accept(
  provider: Provider,
  signIn: SignIn,
  person: Person,
  exchange: { request: FastifyRequest; reply: FastifyReply },
): Promise<string> {
  const accountId = accountIdOf(person);
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(scopes);
  grant.addResourceScope(signingResource, scopes);
  const consent = { grantId: await grant.save() };
  // The session ends with the browser: a shared computer must not sign for the person before.
  const login = { accountId, remember: false, amr: [person.upstream === undefined ? 'otp' : 'fed'] };
  const returnTo = await finish(
    provider,
    signIn.knownAs !== undefined && accountId === accountIdOf(signIn.knownAs)
      ? { consent }
      : { login, consent },
    exchange,
  );
  if (signIn.session !== undefined && signIn.session.accountId !== accountId)
    await forgetAccount(provider, signIn.session.uid);
  return returnTo;
}

export async function refuse(
  provider: Provider,
  exchange: { request: FastifyRequest; reply: FastifyReply },
): Promise<string> {
  const error = { error: 'access_denied', error_description: 'the person cancelled the sign-in' };
  return finish(provider, error, exchange);
}

function finish(
  provider: Provider,
  result: InteractionResults,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<string> {
  return provider.interactionResult(request.raw, reply.raw, result, { mergeWithLastSubmission: false });
}

/** The library answers a change of account with a log-out page that needs a script; the change was just agreed to. */
async function forgetAccount(provider: Provider, sessionUid: string): Promise<void> {
  const session = await provider.Session.findByUid(sessionUid);
  if (session === undefined) return;
  delete session.accountId;
  delete session.authorizations;
  await session.persist();
}
