/**
 * ISSUERS_FILE, in the JSON other Fulcio servers read (`OIDCIssuers`, `MetaIssuers`, `CIIssuerMetadata`); the spelling of
 * their YAML form (`oidc-issuers`) is understood too.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { fulcioOids, type FulcioClaimName } from '#lib/x509/fulcio-oids.ts';
import { builtInProviders, type CiProvider } from './ci-providers.ts';
import { IssuersError, type Issuer, type ListedIssuers } from './issuer.ts';
import { TemplateError, parseTemplate } from './template.ts';

/** Field names compare without case, hyphens and underscores: `IssuerURL` is `issuer-url`. */
function plainKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.toLowerCase().replaceAll(/[-_]/g, ''), inner]),
  );
}

const text = z.string().min(1).max(2000);
const entry = z.preprocess(
  plainKeys,
  z.object({
    issuerurl: text.optional(),
    clientid: text,
    type: z.enum([
      'email',
      'uri',
      'username',
      'spiffe',
      'kubernetes',
      'github-workflow',
      'gitlab-pipeline',
      'ci-provider',
    ]),
    ciprovider: text.optional(),
    issuerclaim: z
      .string()
      .regex(/^\$(\.[A-Za-z0-9_-]+)+$/)
      .optional(),
    subjectdomain: text.optional(),
    spiffetrustdomain: text.optional(),
    skipemailverification: z.boolean().default(false),
    jwksuri: z.url({ protocol: /^https?$/ }).optional(),
  }),
);
const metadata = z.preprocess(
  plainKeys,
  z.object({
    defaulttemplatevalues: z.record(z.string(), z.string()).default({}),
    extensiontemplates: z.preprocess(plainKeys, z.record(z.string(), z.string())).default({}),
    subjectalternativenametemplate: text,
  }),
);
const issuersFile = z.preprocess(
  plainKeys,
  z.object({
    oidcissuers: z.record(text, entry).default({}),
    metaissuers: z.record(text, entry).default({}),
    ciissuermetadata: z.record(text, metadata).default({}),
  }),
);

type Entry = z.infer<typeof entry>;

export function readIssuersFile(file: string): ListedIssuers {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new IssuersError(`ISSUERS_FILE ${file} is not readable JSON.`, { cause });
  }
  const parsed = issuersFile.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new IssuersError(`ISSUERS_FILE ${file}: ${issue?.path.join('.')}: ${issue?.message}.`);
  }
  const providers = new Map(builtInProviders);
  for (const [name, given] of Object.entries(parsed.data.ciissuermetadata)) {
    providers.set(name, readProvider(name, given));
  }
  const listed = Object.entries(parsed.data.oidcissuers).map(([key, given]) =>
    readEntry(given.issuerurl ?? key, given, providers),
  );
  const wildcards = Object.entries(parsed.data.metaissuers).map(([pattern, given]) => ({
    pattern,
    issuer: readEntry(pattern, given, providers),
  }));
  return { listed, wildcards };
}

function readEntry(url: string, given: Entry, providers: ReadonlyMap<string, CiProvider>): Issuer {
  if (!URL.canParse(url.replaceAll('*', 'x')) || !/^https?:\/\//.test(url)) {
    throw new IssuersError(`ISSUERS_FILE: ${url} is not an http(s) address.`);
  }
  const base = { url, audience: given.clientid, jwksUri: given.jwksuri };
  const required = (value: string | undefined, name: string): string => {
    if (value === undefined) throw new IssuersError(`ISSUERS_FILE: ${url} needs ${name}.`);
    return value;
  };
  switch (given.type) {
    case 'email':
      return {
        ...base,
        type: 'email',
        requireVerified: !given.skipemailverification,
        issuerClaim: given.issuerclaim?.split('.').slice(1),
      };
    case 'uri':
      return {
        ...base,
        type: 'uri',
        subjectDomain: uriDomain(url, required(given.subjectdomain, 'SubjectDomain')),
      };
    case 'username':
      return {
        ...base,
        type: 'username',
        subjectDomain: nameDomain(url, required(given.subjectdomain, 'SubjectDomain')),
      };
    case 'spiffe':
      return { ...base, type: 'spiffe', trustDomain: required(given.spiffetrustdomain, 'SPIFFETrustDomain') };
    case 'kubernetes':
      return { ...base, type: 'kubernetes' };
    case 'github-workflow':
    case 'gitlab-pipeline':
    case 'ci-provider': {
      const name = given.type === 'ci-provider' ? required(given.ciprovider, 'CIProvider') : given.type;
      return {
        ...base,
        type: 'ci-provider',
        provider: known(providers.get(name), `ISSUERS_FILE: no CIIssuerMetadata called ${name}.`),
      };
    }
  }
}

function known<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new IssuersError(message);
  return value;
}

/** An issuer may only vouch for names of its own domain: same last two labels, and for URIs the same scheme. */
function uriDomain(issuerUrl: string, subjectDomain: string): string {
  if (!URL.canParse(subjectDomain)) throw new IssuersError(`ISSUERS_FILE: ${subjectDomain} is not a URL.`);
  const [issuer, subject] = [new URL(issuerUrl.replaceAll('*', 'x')), new URL(subjectDomain)];
  if (issuer.protocol !== subject.protocol)
    throw new IssuersError(`ISSUERS_FILE: ${issuerUrl} and its SubjectDomain differ in scheme.`);
  requireSameDomain(issuer.hostname, subject.hostname);
  return subjectDomain;
}

function nameDomain(issuerUrl: string, subjectDomain: string): string {
  requireSameDomain(new URL(issuerUrl.replaceAll('*', 'x')).hostname, subjectDomain);
  return subjectDomain;
}

function requireSameDomain(issuerHost: string, subjectHost: string): void {
  const lastTwo = (host: string): string => host.split('.').slice(-2).join('.');
  if (lastTwo(issuerHost) !== lastTwo(subjectHost)) {
    throw new IssuersError(`ISSUERS_FILE: ${issuerHost} may not vouch for ${subjectHost}.`);
  }
}

const claimNames = new Map(fulcioOids.map(({ name }) => [name.toLowerCase(), name]));

function readProvider(name: string, given: z.infer<typeof metadata>): CiProvider {
  try {
    const extensions: [FulcioClaimName, ReturnType<typeof parseTemplate>][] = [];
    for (const [key, template] of Object.entries(given.extensiontemplates)) {
      const claim = claimNames.get(key);
      if (claim === undefined)
        throw new IssuersError(`ISSUERS_FILE: ${name} has an unknown extension ${key}.`);
      extensions.push([claim, parseTemplate(template)]);
    }
    const subjectAlternativeName = parseTemplate(given.subjectalternativenametemplate);
    return {
      name,
      defaults: given.defaulttemplatevalues,
      extensions: new Map(extensions),
      subjectAlternativeName,
    };
  } catch (cause) {
    if (!(cause instanceof TemplateError)) throw cause;
    throw new IssuersError(`ISSUERS_FILE: ${name}: ${cause.message}`, { cause });
  }
}
