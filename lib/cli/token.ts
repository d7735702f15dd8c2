/**
 * `sigwatch token`: an ID token through the issuer's real login, as any program gets one (authorization code with PKCE,
 * RFC 8252), with this command as the browser. Nothing here knows more than a stranger with that mailbox.
 */
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Browser, formIn, type Page } from './token-browser.ts';
import { codeSource } from './token-code.ts';

export class TokenError extends Error {
  override readonly name = 'TokenError';
}

export interface TokenOptions {
  readonly email: string;
  /** The certificate authority whose embedded issuer to sign in at. */
  readonly caUrl: string;
  /** The demo mailbox (`{web}/api/dev/mailbox`); without one the code is asked for on the terminal. */
  readonly mailboxUrl: string | undefined;
  readonly audience?: string;
}

const discovery = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
});
const tokens = z.object({ id_token: z.string() });
const refusal = z.object({ error: z.string(), error_description: z.string().optional() });

/** A port nobody listens at: the answer is read from the redirect itself. */
const redirectUri = 'http://localhost:39117/auth/callback';

export async function token(options: TokenOptions): Promise<string> {
  const issuer = discovery.parse(await readJson(`${options.caUrl}/oidc/.well-known/openid-configuration`));
  const clientId = options.audience ?? 'sigstore';
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const authorization = new URL(issuer.authorization_endpoint);
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    scope: 'openid email',
    redirect_uri: redirectUri,
    state,
    nonce: randomBytes(16).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    login_hint: options.email,
  };
  for (const [name, value] of Object.entries(parameters)) authorization.searchParams.set(name, value);
  const callback = await signIn(authorization, options);
  if (callback.get('state') !== state) throw new TokenError('The issuer answered another request than ours.');
  return exchange(issuer.token_endpoint, {
    grant_type: 'authorization_code',
    client_id: clientId,
    code: callback.get('code') ?? '',
    code_verifier: verifier,
    redirect_uri: redirectUri,
  });
}

/** Goes through the pages as a person would; the parameters of the redirect that ends them. */
async function signIn(authorization: URL, options: TokenOptions): Promise<URLSearchParams> {
  const browser = new Browser(authorization.origin, redirectUri);
  const asked = orFail(await browser.open(authorization));
  const codes = await codeSource(options.mailboxUrl, options.email);
  const sent = orFail(await browser.submit(formIn(asked, 'address'), { email: options.email }));
  const code = await codes.next(referenceIn(sent));
  const done = await browser.submit(formIn(sent, 'code'), { code });
  if (!('callback' in done)) throw new TokenError(`Signing in did not work: ${problemIn(done)}`);
  if (done.callback.has('error')) throw new TokenError(`The issuer refused: ${done.callback.get('error')}.`);
  return done.callback;
}

function orFail(reached: Page | { callback: URLSearchParams }): Page {
  if ('callback' in reached) {
    const reason =
      reached.callback.get('error_description') ?? reached.callback.get('error') ?? 'no reason given';
    throw new TokenError(`The issuer refused: ${reason}.`);
  }
  if (reached.status !== 200) throw new TokenError(`Signing in did not work: ${problemIn(reached)}`);
  return reached;
}

function referenceIn(page: Page): string {
  const [, reference] = /id="reference"[^>]*>([A-Z0-9]+)</.exec(page.html) ?? [];
  if (reference === undefined) throw new TokenError('The sign-in page does not say which mail to read.');
  return reference;
}

function problemIn(page: Page): string {
  const [, message] = /id="error"[^>]*>(?:<span[^>]*>[^<]*<\/span>)?([^<]+)</.exec(page.html) ?? [];
  const [, title] = /<h1>([^<]+)<\/h1>/.exec(page.html) ?? [];
  return (message ?? title ?? `HTTP ${page.status}`).trim();
}

async function exchange(endpoint: string, parameters: Record<string, string>): Promise<string> {
  const answer = await fetch(endpoint, { method: 'POST', body: new URLSearchParams(parameters) });
  const body: unknown = await answer.json();
  const granted = tokens.safeParse(body);
  if (granted.success) return granted.data.id_token;
  const { error, error_description: why } = refusal.parse(body);
  throw new TokenError(`The issuer gave no token: ${why ?? error}.`);
}

async function readJson(url: string): Promise<unknown> {
  const answer = await fetch(url).catch((cause: unknown) => {
    throw new TokenError(`Nobody answers at ${url}: is the service running?`, { cause });
  });
  if (!answer.ok) throw new TokenError(`${url} answered ${answer.status}.`);
  return answer.json();
}
