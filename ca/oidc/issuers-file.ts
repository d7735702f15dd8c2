/**
 * ISSUERS_FILE, in the JSON or YAML other Fulcio servers read (`OIDCIssuers` or `oidc-issuers`, `MetaIssuers`,
 * `CIIssuerMetadata`), with `Allow` beside their fields. A field nobody knows stops it: it may be a rule misspelt.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { fulcioOids, type FulcioClaimName } from '#lib/x509/fulcio-oids.ts';
import { builtInProviders, type CiProvider } from './ci-providers.ts';
import { issuerEntry, readEntry, type IssuerEntry } from './issuer-entry.ts';
import { IssuersError, type Issuer, type ListedIssuers } from './issuer.ts';
import { plainKeys } from '#lib/encoding/plain-keys.ts';
import { TemplateError, parseTemplate } from './template.ts';

const text = z.string().min(1).max(2000);
const metadata = z.preprocess(
  plainKeys,
  z.strictObject({
    defaulttemplatevalues: z.record(z.string(), z.string()).default({}),
    extensiontemplates: z.preprocess(plainKeys, z.record(z.string(), z.string())).default({}),
    subjectalternativenametemplate: text,
  }),
);
const issuersFile = z.preprocess(
  plainKeys,
  z.strictObject({
    oidcissuers: z.record(text, issuerEntry).default({}),
    metaissuers: z.record(text, issuerEntry).default({}),
    ciissuermetadata: z.record(text, metadata).default({}),
    // Where the YAML form keeps names for its own anchors.
    define: z.unknown().optional(),
  }),
);

export function readIssuersFile(file: string): ListedIssuers {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new IssuersError(`ISSUERS_FILE ${file} cannot be read.`, { cause });
  }
  return parseIssuers(source, file);
}

/** `file` is its name, for the sentence that says what is wrong. */
export function parseIssuers(source: string, file: string): ListedIssuers {
  const parsed = issuersFile.safeParse(parseText(source, file) ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new IssuersError(`ISSUERS_FILE ${file}: ${issue?.path.join('.')}: ${issue?.message}.`);
  }
  const providers = new Map(builtInProviders);
  for (const [name, given] of Object.entries(parsed.data.ciissuermetadata)) {
    providers.set(name, readProvider(name, given));
  }
  const all = (entries: Record<string, IssuerEntry>): Issuer[] =>
    Object.entries(entries).map(([key, given]) => readEntry(given.issuerurl ?? key, given, providers));
  const [listed, patterns] = [all(parsed.data.oidcissuers), all(parsed.data.metaissuers)];
  for (const entries of [listed, patterns]) requireDistinct(entries);
  return { listed, wildcards: patterns.map((issuer) => ({ pattern: issuer.url, issuer })) };
}

/** JSON is YAML, but for the tabs it may be indented with. */
function parseText(source: string, file: string): unknown {
  try {
    return source.trimStart().startsWith('{') ? JSON.parse(source) : parse(source, { maxAliasCount: 1000 });
  } catch (cause) {
    throw new IssuersError(`ISSUERS_FILE ${file} is neither JSON nor YAML.`, { cause });
  }
}

/** Entries of one issuer are told apart by audience, once its keys have verified the token. */
function requireDistinct(entries: readonly Issuer[]): void {
  const seen = new Map<string, Issuer>();
  for (const issuer of entries) {
    const [first, key] = [seen.get(issuer.url), `${issuer.url} ${issuer.audience}`];
    if (seen.has(key))
      throw new IssuersError(`ISSUERS_FILE: ${issuer.url} is listed twice for ${issuer.audience}.`);
    if (first !== undefined && (first.jwksUri !== issuer.jwksUri || first.caCert !== issuer.caCert)) {
      throw new IssuersError(`ISSUERS_FILE: the entries of ${issuer.url} differ in CACert or JwksURI.`);
    }
    seen.set(key, issuer).set(issuer.url, first ?? issuer);
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
