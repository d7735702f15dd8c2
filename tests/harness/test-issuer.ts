/** An OpenID issuer as an identity provider runs one: real HTTP discovery and keys, real signatures, any claims. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTHeaderParameters } from 'jose';

export interface TestIssuer {
  readonly url: string;
  /** How often anything was asked of it. */
  readonly requests: string[];
  /** What it publishes; tests may change it. */
  readonly published: { keys: JWK[]; discovery: Record<string, unknown>; status: number };
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
  /** An RS256 token; audience sigstore, five minutes, unless the claims say otherwise (undefined removes one). */
  token(claims: Record<string, unknown>, header?: Partial<JWTHeaderParameters>): Promise<string>;
  close(): Promise<void>;
}

/** With a key and certificate for 127.0.0.1 it speaks TLS. */
export async function startTestIssuer(tls?: { key: string; cert: string }): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const requests: string[] = [];
  const published: TestIssuer['published'] = { keys: [publicJwk], discovery: {}, status: 200 };
  const answer: RequestListener = (request, response) => {
    requests.push(request.url ?? '');
    const isDiscovery = request.url === '/.well-known/openid-configuration';
    const document = isDiscovery ? published.discovery : { keys: published.keys };
    response
      .writeHead(published.status, { 'content-type': 'application/json' })
      .end(JSON.stringify(document));
  };
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  const url = (await listen(server)).replace(/^http/, tls === undefined ? 'http' : 'https');
  published.discovery = {
    issuer: url,
    jwks_uri: `${url}/keys`,
    id_token_signing_alg_values_supported: ['RS256'],
  };
  return {
    url,
    requests,
    published,
    privateKey,
    publicJwk,
    token: (claims, header = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const whole = { iss: url, aud: 'sigstore', sub: 'somebody', iat: now, exp: now + 300, ...claims };
      return new SignJWT(JSON.parse(JSON.stringify(whole)) as Record<string, unknown>)
        .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
        .sign(privateKey);
    },
    close: () => close(server),
  };
}

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((closed) => server.close(() => closed()));
}
