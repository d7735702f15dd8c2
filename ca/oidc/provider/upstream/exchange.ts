/** What a provider says about the person it sent: an address that it has verified, or an UpstreamError. */
import { z } from 'zod';
import { parseEmailAddress } from '#lib/identity/email-address.ts';
import { claimsToIdentity } from '../../claims-to-identity.ts';
import { fetchJson, type FetchLimits } from '../../fetch-json.ts';
import type { IssuerKeyCache } from '../../issuer-keys.ts';
import type { Issuer } from '../../issuer.ts';
import { TokenError } from '../../token-error.ts';
import { verifyToken } from '../../verify-token.ts';
import { UpstreamError, type Begun, type Upstream } from './upstream.ts';

const limits: FetchLimits = { maxBytes: 256 * 1024, timeoutMs: 5_000 };
const endpoint = z.url({ protocol: /^https?$/ });
const discovery = z.object({
  issuer: z.string(),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
});
const idTokenAnswer = z.object({ id_token: z.string() });
const accessTokenAnswer = z.object({ access_token: z.string() });
const githubEmails = z
  .array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))
  .max(1000);

export interface ExchangeDeps {
  readonly issuerKeys: IssuerKeyCache;
  readonly now: () => number;
}

export async function authorizationEndpoint(upstream: Upstream): Promise<string> {
  if (upstream.type === 'github') return `${upstream.url}/login/oauth/authorize`;
  return (await discover(upstream)).authorization_endpoint;
}

/** The address of the person, as this service spells addresses. */
export async function redeem(
  deps: ExchangeDeps,
  upstream: Upstream,
  code: string,
  begun: Begun,
): Promise<string> {
  const email =
    upstream.type === 'github'
      ? await fromGithub(upstream, code, begun)
      : await fromOidc(deps, upstream, code, begun);
  const parsed = parseEmailAddress(email);
  if (parsed === undefined) throw refused(upstream, 'it gives no address that we can certify');
  return parsed.value;
}

type Oidc = Extract<Upstream, { type: 'oidc' }>;
type Github = Extract<Upstream, { type: 'github' }>;

async function fromOidc(deps: ExchangeDeps, upstream: Oidc, code: string, begun: Begun): Promise<string> {
  const { token_endpoint: url, token_endpoint_auth_methods_supported: methods } = await discover(upstream);
  const answer = await askToken(upstream, url, code, begun, methods?.includes('client_secret_post') === true);
  const parsed = idTokenAnswer.safeParse(answer);
  if (!parsed.success) throw refused(upstream, 'it gives no ID token');
  const issuer = issuerOf(upstream);
  const issuers = {
    listed: [issuer],
    wildcards: [],
    find: (url: string) => (url === issuer.url ? [issuer] : []),
  };
  try {
    const verified = await verifyToken({ ...deps, issuers }, parsed.data.id_token);
    if (verified.claims['nonce'] !== begun.nonce)
      throw refused(upstream, 'its answer is to another question');
    return claimsToIdentity(verified).subjectAltName.value;
  } catch (cause) {
    if (!(cause instanceof TokenError)) throw cause;
    if (cause.code === 'email-not-verified') throw unverified(upstream, cause);
    if (cause.code === 'issuer-unavailable') throw unavailable(upstream, cause);
    throw refused(upstream, cause.message, cause);
  }
}

/** Its ID tokens are for us as those of any issuer are for the certificate authority. */
function issuerOf({ issuer, clientId, jwksUri, caCert, requireVerified }: Oidc): Issuer {
  const base = { url: issuer, audience: clientId, jwksUri, caCert, allow: undefined };
  return { ...base, type: 'email', requireVerified, issuerClaim: undefined };
}

async function fromGithub(upstream: Github, code: string, begun: Begun): Promise<string> {
  const answer = await askToken(upstream, `${upstream.url}/login/oauth/access_token`, code, begun, true);
  const parsed = accessTokenAnswer.safeParse(answer);
  if (!parsed.success) throw refused(upstream, 'it gives no access token');
  const headers = { authorization: `Bearer ${parsed.data.access_token}`, 'user-agent': 'sigwatch' };
  const emails = githubEmails.safeParse(await ask(upstream, `${upstream.apiUrl}/user/emails`, { headers }));
  const primary = emails.data?.find((each) => each.primary);
  if (primary === undefined) throw refused(upstream, 'it gives no address');
  if (!primary.verified) throw unverified(upstream);
  return primary.email;
}

async function discover(upstream: Oidc): Promise<z.infer<typeof discovery>> {
  const url = `${upstream.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const parsed = discovery.safeParse(await ask(upstream, url, {}));
  if (parsed.data?.issuer !== upstream.issuer) throw unavailable(upstream, parsed.error);
  return parsed.data;
}

function askToken(
  upstream: Upstream,
  url: string,
  code: string,
  { redirectUri, verifier }: Begun,
  secretInForm: boolean,
): Promise<unknown> {
  const { clientId, clientSecret } = upstream;
  const form = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirectUri });
  form.set('code_verifier', verifier);
  if (secretInForm) {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
    return ask(upstream, url, { form });
  }
  // RFC 6749 §2.3.1: both encoded before they are joined.
  const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  return ask(upstream, url, {
    form,
    headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
  });
}

async function ask(
  upstream: Upstream,
  url: string,
  request: { form?: URLSearchParams; headers?: Record<string, string> },
): Promise<unknown> {
  try {
    return await fetchJson(url, limits, { ...request, caCert: upstream.caCert });
  } catch (cause) {
    throw unavailable(upstream, cause);
  }
}

function unavailable({ name }: Upstream, cause?: unknown): UpstreamError {
  return new UpstreamError('unavailable', `${name} does not answer as it should; try again later.`, {
    cause,
  });
}

function refused({ name }: Upstream, why: string, cause?: unknown): UpstreamError {
  return new UpstreamError('refused', `The answer of ${name} is not accepted: ${why}.`, { cause });
}

function unverified({ name }: Upstream, cause?: unknown): UpstreamError {
  const message = `${name} has not verified your address: verify it there first, or sign in with a mailed code.`;
  return new UpstreamError('email-not-verified', message, { cause });
}
