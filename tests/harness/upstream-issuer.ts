/** Somebody else's identity provider: a real OpenID issuer that lets one person in without asking. */
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';
import { close, listen } from './test-issuer.ts';

export interface UpstreamIssuer {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who is let in from now on. */
  person: { email: string; email_verified: boolean };
  close(): Promise<void>;
}

export async function startUpstreamIssuer(redirectUri: string): Promise<UpstreamIssuer> {
  const [clientId, clientSecret] = ['sigwatch', 'a secret: with % and +'];
  const person = { email: 'ada@corp.example', email_verified: true };
  let answer: Parameters<typeof createServer>[1];
  const server = createServer((request, response) => answer?.(request, response));
  const url = await listen(server);
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  const provider = new Provider(url, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    jwks: { keys: [{ ...key, kty: 'RSA', alg: 'RS256', use: 'sig' }] as never },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...upstream.person }) }),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/let-in/${uid}` },
    cookies: { keys: ['upstream'] },
  });
  const serve = provider.callback();
  answer = (request, response) =>
    void (request.url?.startsWith('/let-in/') === true
      ? letIn(provider, clientId, request, response)
      : serve(request, response));
  const upstream: UpstreamIssuer = { url, clientId, clientSecret, person, close: () => close(server) };
  return upstream;
}

async function letIn(
  provider: Provider,
  clientId: string,
  ...[request, response]: Parameters<Provider['interactionDetails']>
): Promise<void> {
  await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId: 'person-1', clientId });
  grant.addOIDCScope('openid email');
  const consent = { grantId: await grant.save() };
  await provider.interactionFinished(request, response, { login: { accountId: 'person-1' }, consent });
}
