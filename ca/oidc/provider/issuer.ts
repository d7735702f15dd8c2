/**
 * The OpenID issuer as the library sees it: one public client, authorization code with PKCE and the device grant, ID
 * tokens that every sigstore client accepts. Pages and routes are elsewhere; nothing here knows how a person signs in.
 */
import Provider, {
  type Configuration,
  type ErrorOut,
  type JWK,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import type { Sql } from '#lib/server/database.ts';
import type { IssuerSecrets } from './secrets.ts';
import { personOf, type Person } from './person.ts';
import { recordStore } from './record-store.ts';

export const clientId = 'sigstore';
export const outOfBandUri = 'urn:ietf:wg:oauth:2.0:oob';
export const scopes = 'openid email';
/** Names the certificate authority as the one the access token is for (RFC 8707); its audience stays the client id. */
export const signingResource = 'urn:sigwatch:signing';

const tokenSeconds = 10 * 60;
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

export interface IssuerParts {
  readonly issuer: string;
  readonly webUrl: string;
  readonly sql: Sql;
  /** The one that signs first. */
  readonly signingKeys: readonly JWK[];
  readonly secrets: IssuerSecrets;
  /** What is shown at the library's own steps. */
  readonly shows: Shows;
}

export interface Shows {
  error(ctx: KoaContextWithOIDC, out: ErrorOut): void;
  deviceCode(ctx: KoaContextWithOIDC, failure: Error | undefined): void;
  deviceConfirm(ctx: KoaContextWithOIDC, userCode: string): void;
  deviceDone(ctx: KoaContextWithOIDC): void;
}

export function openIssuer(parts: IssuerParts): Provider {
  return new Provider(parts.issuer, {
    adapter: recordStore(parts.sql),
    ...clients(parts.webUrl),
    ...tokens(parts),
    ...behaviour(parts),
    features: features(parts.shows),
    pkce: { required: () => true },
    scopes: scopes.split(' '),
    // RFC 6749 §4.1.2 asks for a short life; a person with the out-of-band page has to copy the code by hand.
    ttl: {
      AccessToken: tokenSeconds,
      IdToken: tokenSeconds,
      AuthorizationCode: 5 * 60,
      DeviceCode: 10 * 60,
      Interaction: 30 * 60,
      Grant: 60 * 60,
      Session: 8 * 60 * 60,
    },
  });
}

/** Native programs listen on a port of the moment (RFC 8252 §7.3): the library compares loopback addresses without it. */
function clients(webUrl: string): Configuration {
  const loopback = ['localhost', '127.0.0.1', '[::1]'].map((host) => `http://${host}/auth/callback`);
  const ownPages = new URL(webUrl);
  const pages = ownPages.protocol === 'https:' ? [`${ownPages.origin}/auth/callback`] : [];
  return {
    clients: [
      {
        client_id: clientId,
        client_name: clientId,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', deviceGrant],
        response_types: ['code'],
        // The other modes answer through a page with a script.
        response_modes: ['query'],
        redirect_uris: [...loopback, ...pages, outOfBandUri],
      },
    ],
    clientAuthMethods: ['none'],
    responseTypes: ['code'],
    clientBasedCORS: (_, origin) => origin === ownPages.origin,
  };
}

/** sigstore-python hands the access token to the certificate authority, so it says what the ID token says. */
function tokens({ signingKeys, issuer }: IssuerParts): Configuration {
  return {
    jwks: { keys: [...signingKeys] },
    claims: { openid: ['sub'], email: ['email', 'email_verified', 'federated_claims'] },
    conformIdTokenClaims: false,
    findAccount: (_, sub) => account(sub, issuer),
    extraTokenClaims: (ctx, token) =>
      token.kind === 'AccessToken'
        ? {
            ...claimsOf(personOf(token.accountId), issuer),
            nonce: ctx.oidc.entities.AuthorizationCode?.nonce,
          }
        : undefined,
    // Not `at+jwt`: whoever checks that a token is no access token (RFC 9068 §2.1) would refuse it.
    formats: { customizers: { jwt: (_ctx, _token, jwt) => void (jwt.header = { typ: 'JWT' }) } },
  };
}

/** The subject is the address itself, and who sent it: stable, and nothing to look up. */
function account(sub: string, issuer: string) {
  const person = personOf(sub);
  return person && { accountId: sub, claims: () => ({ sub, ...claimsOf(person, issuer) }) };
}

/** `federated_claims` as Dex has them: from there the authority takes who stands in the certificate as issuer. */
function claimsOf(person: Person | undefined, issuer: string) {
  const connector = person?.upstream ?? issuer;
  return { email: person?.email, email_verified: true, federated_claims: { connector_id: connector } };
}

function behaviour({ secrets, shows }: IssuerParts): Configuration {
  const cookie = { httpOnly: true, sameSite: 'lax', overwrite: true } as const;
  return {
    cookies: {
      keys: [secrets.cookieSecret],
      names: {
        session: 'sigwatch_oidc_session',
        interaction: 'sigwatch_oidc_interaction',
        resume: 'sigwatch_oidc_resume',
      },
      long: { ...cookie, path: '/oidc' },
      short: cookie,
    },
    interactions: { url: (_, interaction) => `/oidc/interaction/${interaction.uid}` },
    expiresWithSession: () => false,
    renderError: (ctx, out) => shows.error(ctx, out),
  };
}

function features(shows: Shows): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    userinfo: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => signingResource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: scopes,
        audience: clientId,
        accessTokenTTL: tokenSeconds,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
    deviceFlow: {
      enabled: true,
      deviceInfo: () => ({}),
      userCodeInputSource: (ctx, _form, _out, failure) => shows.deviceCode(ctx, failure),
      userCodeConfirmSource: (ctx, _form, _client, _info, userCode) => shows.deviceConfirm(ctx, userCode),
      successSource: (ctx) => shows.deviceDone(ctx),
    },
  };
}
