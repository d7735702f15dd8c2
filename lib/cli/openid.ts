/** What both logins share: discovery, PKCE (RFC 7636), and the token endpoint as a public client. */
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { CommandError, exitCode } from './exit-codes.ts';
import { fetchJson, send } from './fetch-json.ts';

export const clientId = 'sigstore';
export const scope = 'openid email';

const metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  device_authorization_endpoint: z.url().optional(),
});
export type Provider = z.infer<typeof metadata>;

/** OpenID Connect Discovery §4.3: the document must be of the issuer that was asked. */
export async function discover(issuer: string): Promise<Provider> {
  const bare = issuer.replace(/\/+$/, '');
  const parsed = metadata.safeParse(await fetchJson(`${bare}/.well-known/openid-configuration`));
  if (!parsed.success || parsed.data.issuer.replace(/\/+$/, '') !== bare) {
    throw new CommandError(exitCode.service, `${issuer} does not describe itself as a login`);
  }
  return parsed.data;
}

export interface Pkce {
  readonly verifier: string;
  readonly challenge: string;
}

export function newPkce(): Pkce {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

const tokenAnswer = z.union([z.object({ id_token: z.string() }), z.object({ error: z.string() })]);

/** An ID token, or the error code of RFC 6749 §5.2. */
export async function askForToken(
  provider: Provider,
  fields: Readonly<Record<string, string>>,
): Promise<z.infer<typeof tokenAnswer>> {
  const { body } = await send(provider.token_endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({ client_id: clientId, ...fields }).toString(),
  });
  const parsed = tokenAnswer.safeParse(parseJson(new TextDecoder().decode(body)));
  if (!parsed.success) throw new CommandError(exitCode.service, 'the login did not answer with a token');
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
