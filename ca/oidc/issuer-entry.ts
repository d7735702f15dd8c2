/** One entry of ISSUERS_FILE, brought to an issuer: what its type needs must be there, and be its own to vouch for. */
import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { plainKeys } from '#lib/encoding/plain-keys.ts';
import { allowRules } from './allow-rules.ts';
import { buildTypes, type CiProvider } from './ci-providers.ts';
import { IssuersError, type Issuer } from './issuer.ts';

const text = z.string().min(1).max(2000);
const ignored = z.string().optional();
/** As the file has it; keys are compared without case and separators. */
export const issuerEntry = z.preprocess(
  plainKeys,
  z.strictObject({
    issuerurl: text.optional(),
    clientid: text,
    type: z.enum([
      'email',
      'uri',
      'username',
      'spiffe',
      'kubernetes',
      ...buildTypes,
      'chainguard-identity',
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
    cacert: text.max(100_000).optional(),
    allow: allowRules.optional(),
    // For people, and for other servers.
    description: ignored,
    contact: ignored,
    environment: ignored,
    challengeclaim: ignored,
  }),
);
export type IssuerEntry = z.infer<typeof issuerEntry>;

/** `url` may be a pattern. */
export function readEntry(
  url: string,
  given: IssuerEntry,
  providers: ReadonlyMap<string, CiProvider>,
): Issuer {
  if (!URL.canParse(url.replaceAll('*', 'x')) || !/^https?:\/\//.test(url)) {
    throw new IssuersError(`ISSUERS_FILE: ${url} is not an http(s) address.`);
  }
  const { clientid: audience, jwksuri: jwksUri, allow } = given;
  const base = { url, audience, jwksUri, allow, caCert: caCert(url, given.cacert) };
  const required = (value: string | undefined, name: string): string => {
    if (value === undefined) throw new IssuersError(`ISSUERS_FILE: ${url} needs ${name}.`);
    return value;
  };
  switch (given.type) {
    case 'email': {
      const issuerClaim = given.issuerclaim?.split('.').slice(1);
      return { ...base, type: 'email', requireVerified: !given.skipemailverification, issuerClaim };
    }
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
    case 'spiffe': {
      // Whose trust domain would a cluster be that only its pattern names?
      if (url.includes('*'))
        throw new IssuersError(`ISSUERS_FILE: ${url} is a pattern; SPIFFE needs an issuer.`);
      return { ...base, type: 'spiffe', trustDomain: required(given.spiffetrustdomain, 'SPIFFETrustDomain') };
    }
    case 'kubernetes':
    case 'chainguard-identity':
      return { ...base, type: given.type };
    case 'github-workflow':
    case 'gitlab-pipeline':
    case 'buildkite-job':
    case 'codefresh-workflow':
    case 'ci-provider': {
      const name = given.type === 'ci-provider' ? required(given.ciprovider, 'CIProvider') : given.type;
      const provider = providers.get(name);
      if (provider === undefined) throw new IssuersError(`ISSUERS_FILE: no CIIssuerMetadata called ${name}.`);
      return { ...base, type: 'ci-provider', provider };
    }
  }
}

function caCert(url: string, pem: string | undefined): string | undefined {
  if (pem === undefined) return undefined;
  try {
    if (new X509Certificate(pem).ca) return pem;
  } catch (cause) {
    throw new IssuersError(`ISSUERS_FILE: the CACert of ${url} is not a certificate in PEM.`, { cause });
  }
  throw new IssuersError(`ISSUERS_FILE: the CACert of ${url} is not an authority's.`);
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
