/** LOGIN_PROVIDERS_FILE: the identity providers that the embedded issuer sends people to. JSON or YAML; read at start. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { plainKeys } from '#lib/encoding/plain-keys.ts';
import { UpstreamError, type Upstream } from './upstream.ts';

const address = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
const base = {
  id: z
    .string()
    .max(500)
    .regex(/^[\x21-\x7e]+$/)
    .optional(),
  name: z.string().min(1).max(60),
  clientid: z.string().min(1),
  clientsecret: z.string().min(1).optional(),
  clientsecretfile: z.string().min(1).optional(),
  cacert: z.string().optional(),
};
const provider = z.preprocess(
  plainKeys,
  z.discriminatedUnion('type', [
    z.strictObject({
      ...base,
      type: z.literal('oidc'),
      // As its tokens spell it, to the last slash.
      issuer: z.url({ protocol: /^https?$/ }),
      jwksuri: address.optional(),
      skipemailverification: z.boolean().default(false),
    }),
    z.strictObject({
      ...base,
      type: z.literal('github'),
      url: address.default('https://github.com'),
      apiurl: address.default('https://api.github.com'),
    }),
  ]),
);
const upstreamsFile = z.strictObject({ providers: z.array(provider).min(1).max(20) });

export function readUpstreams(file: string | undefined): Upstream[] {
  if (file === undefined) return [];
  const parsed = upstreamsFile.safeParse(parseFile(file));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw unreadable(`${file}: ${issue?.path.join('.')}: ${issue?.message}.`);
  }
  const all = parsed.data.providers.map(readProvider);
  if (new Set(all.map(({ id }) => id)).size < all.length)
    throw unreadable(`${file}: two providers have one id.`);
  return all;
}

function parseFile(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw unreadable(`${file} cannot be read as JSON or YAML.`, cause);
  }
}

function readProvider(given: z.infer<typeof provider>): Upstream {
  const common = {
    name: given.name,
    clientId: given.clientid,
    clientSecret: given.clientsecret ?? secretIn(given.name, given.clientsecretfile),
    caCert: given.cacert,
  };
  if (given.type === 'github') {
    const { url, apiurl: apiUrl } = given;
    return { ...common, type: 'github', id: given.id ?? `${url}/login/oauth`, url, apiUrl };
  }
  const { issuer, jwksuri: jwksUri, skipemailverification } = given;
  return {
    ...common,
    type: 'oidc',
    id: given.id ?? issuer,
    issuer,
    jwksUri,
    requireVerified: !skipemailverification,
  };
}

function secretIn(name: string, file: string | undefined): string {
  if (file === undefined) throw unreadable(`${name} needs client-secret or client-secret-file.`);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw unreadable(`${file}, the secret of ${name}, cannot be read.`, cause);
  }
}

function unreadable(what: string, cause?: unknown): UpstreamError {
  return new UpstreamError('unreadable-file', `LOGIN_PROVIDERS_FILE: ${what}`, { cause });
}
