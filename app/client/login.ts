/**
 * Login from a page: authorization code with PKCE (RFC 7636), as a public client. What ties the answer to the question is
 * kept for this tab alone until it comes back; the token itself is kept nowhere.
 */
import * as z from 'zod';
import { fromBase64Url, toBase64Url } from '#lib/encoding/base64.ts';
import { fromUtf8, utf8 } from '#lib/encoding/bytes.ts';
import { readIdToken, type IdToken } from '#lib/sign/id-token.ts';
import { getJson, send } from './ask.ts';

const clientId = 'sigstore';
const place = 'sigwatch.login';

const provider = z.object({ issuer: z.string(), authorization_endpoint: z.url(), token_endpoint: z.url() });
const question = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() });
const answer = z.object({ id_token: z.string() });

function callback(): string {
  return `${location.origin}/auth/callback`;
}

/** OpenID Connect Discovery §4.3: the document must be of the issuer that was asked. */
async function discover(issuer: string): Promise<z.infer<typeof provider>> {
  const bare = issuer.replace(/\/+$/, '');
  const found = provider.parse(await getJson(`${bare}/.well-known/openid-configuration`));
  if (found.issuer.replace(/\/+$/, '') !== bare) throw new Error('the login describes itself as another');
  return found;
}

/** Leaves the page. */
export async function leaveForLogin(issuer: string): Promise<void> {
  const { authorization_endpoint } = await discover(issuer);
  const [state, nonce, verifier] = [secret(), secret(), secret()];
  sessionStorage.setItem(place, JSON.stringify({ state, nonce, verifier }));
  const challenge = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(utf8(verifier))));
  const url = new URL(authorization_endpoint);
  const query = {
    response_type: 'code',
    client_id: clientId,
    scope: 'openid email',
    redirect_uri: callback(),
    state,
    nonce,
    code_challenge: toBase64Url(challenge),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  location.assign(url.href);
}

/** What the login answered, if this page was opened by its answer. It is used up in any case. */
export async function returnFromLogin(issuer: string): Promise<IdToken | undefined> {
  const query = new URL(location.href).searchParams;
  const kept = sessionStorage.getItem(place);
  if (!query.has('state')) return undefined;
  sessionStorage.removeItem(place);
  history.replaceState(null, '', '/sign');
  const asked = kept === null ? undefined : question.parse(JSON.parse(kept));
  if (asked === undefined || query.get('state') !== asked.state)
    throw new Error('this login was not begun in this tab: sign in again');
  const code = query.get('code');
  if (code === null) throw new Error(`the login says: ${query.get('error') ?? 'no'}`);
  return exchange(issuer, code, asked);
}

async function exchange(issuer: string, code: string, asked: z.infer<typeof question>): Promise<IdToken> {
  const { token_endpoint } = await discover(issuer);
  const { status, body } = await send({
    method: 'POST',
    url: token_endpoint,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: utf8(
      new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: clientId,
        code,
        redirect_uri: callback(),
        code_verifier: asked.verifier,
      }).toString(),
    ),
  });
  const read = status === 200 ? answer.safeParse(JSON.parse(fromUtf8(body))) : undefined;
  if (read?.success !== true) throw new Error(`the login gave no token (${status}): sign in again`);
  if (nonceOf(read.data.id_token) !== asked.nonce) throw new Error('the login answered with another token');
  return readIdToken(read.data.id_token);
}

function nonceOf(token: string): unknown {
  const payload = fromBase64Url(token.split('.')[1] ?? '');
  const claims: unknown = payload === undefined ? undefined : JSON.parse(fromUtf8(payload));
  return z.object({ nonce: z.string() }).safeParse(claims).data?.nonce;
}

function secret(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
}
