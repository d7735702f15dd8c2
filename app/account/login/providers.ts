/**
 * Logins at other places: any OpenID provider, and GitHub, which speaks OAuth 2.0 alone. The protocol is openid-client's;
 * here is what is asked, and who somebody is in the end: issuer and subject. An address that a provider states is a name
 * to show, never a reason to join two accounts.
 */
import { readFileSync } from 'node:fs';
import * as client from 'openid-client';
import { parse } from 'yaml';
import { z } from 'zod';
import { looksLikeAddress } from '#lib/identity/email-address.ts';
import { plainKeys } from '#lib/encoding/plain-keys.ts';
import { ConfigError } from '#lib/server/config-error.ts';
import {
  administers,
  fetchOf,
  readUser,
  type Administered,
  type GitHub,
  type GitHubPlace,
} from './github.ts';

export interface LoginChecks {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export interface LoginProof {
  readonly issuer: string;
  readonly subject: string;
  /** What to call it: an address that was vouched for, or a user name; never a name that only looks like an address. */
  readonly shown: string;
  /** The address that the provider says it has verified, as strictly as for a certificate. */
  readonly address?: string | undefined;
}

export interface Logins {
  readonly names: readonly string[];
  /** The providers at which who administers a repository or an organisation of that host can be asked. */
  readonly ofHost: (host: string) => readonly string[];
  /** Undefined for a provider that is none. Rejects when the provider cannot be reached. */
  readonly begin: (name: string, checks: LoginChecks, asks?: LoginAsks) => Promise<URL | undefined>;
  /** Rejects unless `query` is the answer of that provider to those checks. */
  readonly finish: (name: string, query: string, checks: LoginChecks) => Promise<LoginProof>;
  /** The same answer, as one to whether `path` (owner, perhaps name) is administered by whoever signed in. */
  readonly administers: (
    name: string,
    query: string,
    checks: LoginChecks,
    path: readonly string[],
  ) => Promise<Administered>;
}

/** Of organisations a provider tells only whom it was allowed to tell. */
export type LoginAsks = 'who' | 'organisations';

const web = z
  .url({ protocol: /^https?$/ })
  .transform((url) => url.replace(/\/+$/, ''))
  .refine(isSafe, 'must begin with https://');
const base = {
  // Goes into a page and a header as it is.
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}$/),
  clientid: z.string().min(1),
  clientsecret: z.string().min(1).optional(),
  clientsecretfile: z.string().min(1).optional(),
};
/** LOGIN_PROVIDERS_FILE is the authority's as well (ca/oidc/provider/README.md); what only it needs is not looked at. */
const file = z.object({
  providers: z.array(
    z.preprocess(
      plainKeys,
      z.discriminatedUnion('type', [
        z.object({
          type: z.literal('oidc'),
          ...base,
          issuer: z.url().refine(isSafe, 'must begin with https://'),
        }),
        z.object({
          type: z.literal('github'),
          ...base,
          url: web.default('https://github.com'),
          apiurl: web.default('https://api.github.com'),
        }),
      ]),
    ),
  ),
});

type Listed = z.infer<typeof file>['providers'][number];
type Provider = Listed & { readonly secret: string };

const timeoutSeconds = 10;

/** Names and secrets cross no network in the clear, save on one machine. */
function isSafe(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

export function readProviders(path: string | undefined): Provider[] {
  if (path === undefined) return [];
  try {
    const { providers } = file.parse(parse(readFileSync(path, 'utf8')));
    if (new Set(providers.map(({ name }) => name)).size < providers.length)
      throw new TypeError('two providers have one name');
    return providers.map((provider) => ({ ...provider, secret: secretOf(provider) }));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? (cause.issues[0]?.message ?? '') : (cause as Error).message;
    throw new ConfigError(`LOGIN_PROVIDERS_FILE: ${path} cannot be used: ${why}.`, { cause });
  }
}

function secretOf({ name, clientsecret, clientsecretfile }: Listed): string {
  if (clientsecret !== undefined) return clientsecret;
  if (clientsecretfile === undefined)
    throw new TypeError(`${name} needs client-secret or client-secret-file`);
  return readFileSync(clientsecretfile, 'utf8').trim();
}

export function openLogins(providers: readonly Provider[], redirectUri: string): Logins {
  const known = new Map(providers.map((provider) => [provider.name, { provider, opened: once(provider) }]));
  return {
    names: [...known.keys()],
    ofHost: (host) =>
      providers.flatMap((one) =>
        one.type === 'github' && new URL(one.url).hostname === host ? [one.name] : [],
      ),
    begin: async (name, checks, asks = 'who') => {
      const found = known.get(name);
      if (found === undefined) return undefined;
      const { provider } = found;
      return client.buildAuthorizationUrl(await found.opened(), {
        redirect_uri: redirectUri,
        scope: provider.type === 'oidc' ? 'openid email' : gitHubScopes[asks],
        state: checks.state,
        code_challenge: await client.calculatePKCECodeChallenge(checks.verifier),
        code_challenge_method: 'S256',
        ...(provider.type === 'oidc' ? { nonce: checks.nonce } : {}),
      });
    },
    finish: async (name, query, checks) => {
      const found = known.get(name);
      if (found === undefined) throw new TypeError('no such provider');
      const { provider } = found;
      const opened = await found.opened();
      const answer = new URL(`${redirectUri}?${query}`);
      return provider.type === 'oidc'
        ? finishOpenId(opened, answer, checks)
        : finishGitHub(await gitHubOf(opened, provider, answer, checks));
    },
    administers: async (name, query, checks, path) => {
      const found = known.get(name);
      if (found?.provider.type !== 'github') throw new TypeError('no such provider');
      const answer = new URL(`${redirectUri}?${query}`);
      return administers(await gitHubOf(await found.opened(), found.provider, answer, checks), path);
    },
  };
}

const gitHubScopes: Readonly<Record<LoginAsks, string>> = {
  who: 'read:user',
  organisations: 'read:user read:org',
};

/** Opened at the first login, so that a provider that is down keeps nobody else out; kept once it answered. */
function once(provider: Provider): () => Promise<client.Configuration> {
  let opened: client.Configuration | undefined;
  return async () => (opened ??= await open(provider));
}

async function open(provider: Provider): Promise<client.Configuration> {
  const { clientid: clientId, secret: clientSecret } = provider;
  const insecure = new URL(provider.type === 'oidc' ? provider.issuer : provider.url).protocol === 'http:';
  if (provider.type === 'oidc')
    return client.discovery(new URL(provider.issuer), clientId, clientSecret, undefined, {
      timeout: timeoutSeconds,
      ...(insecure ? { execute: [client.allowInsecureRequests] } : {}),
    });
  const { url } = provider;
  const configuration = new client.Configuration(
    {
      issuer: url,
      authorization_endpoint: `${url}/login/oauth/authorize`,
      token_endpoint: `${url}/login/oauth/access_token`,
    },
    clientId,
    clientSecret,
  );
  configuration.timeout = timeoutSeconds;
  configuration[client.customFetch] = fetchOf(provider);
  if (insecure) client.allowInsecureRequests(configuration);
  return configuration;
}

async function finishOpenId(
  opened: client.Configuration,
  answer: URL,
  { state, nonce, verifier }: LoginChecks,
): Promise<LoginProof> {
  const tokens = await client.authorizationCodeGrant(opened, answer, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new TypeError('no ID token');
  const { email, email_verified: isVerified, preferred_username: userName } = claims;
  const address = typeof email === 'string' && isVerified === true ? email : undefined;
  const plain = [userName, claims.sub].find((text) => typeof text === 'string' && !looksLikeAddress(text));
  const shown = address ?? plain ?? 'a login without a name';
  return { issuer: claims.iss, subject: claims.sub, shown: String(shown), address };
}

async function gitHubOf(
  configuration: client.Configuration,
  place: GitHubPlace,
  answer: URL,
  { state, verifier }: LoginChecks,
): Promise<GitHub> {
  const tokens = await client.authorizationCodeGrant(configuration, answer, {
    expectedState: state,
    pkceCodeVerifier: verifier,
  });
  return { configuration, place, token: tokens.access_token };
}

/** The number, since a name at GitHub may be given up and taken by somebody else. */
async function finishGitHub(gitHub: GitHub): Promise<LoginProof> {
  const { id, login } = await readUser(gitHub);
  return { issuer: gitHub.place.url, subject: id, shown: login };
}
