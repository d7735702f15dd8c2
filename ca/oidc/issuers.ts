/**
 * Whose tokens are accepted: the embedded issuer and those of ISSUERS_FILE. Nobody else's: an issuer on no list is never
 * contacted.
 */
import { readIssuersFile } from './issuers-file.ts';
import { IssuersError, type Issuer, type ListedIssuers } from './issuer.ts';

export interface Issuers extends ListedIssuers {
  /** The entries of this issuer, one an audience, as the file has them; an exact address comes before a pattern. */
  find(url: string): readonly Issuer[];
}

/** Served by this very process: its identities are addresses that somebody typed a mailed code for. */
export function embeddedIssuer(caUrl: string): Issuer {
  return {
    url: `${caUrl}/oidc`,
    audience: 'sigstore',
    jwksUri: undefined,
    caCert: undefined,
    allow: undefined,
    type: 'email',
    requireVerified: true,
    // Who is behind the address: this issuer, that mailed a code to it, or the provider it federates to.
    issuerClaim: ['federated_claims', 'connector_id'],
  };
}

export function readIssuers(caUrl: string, file: string | undefined): Issuers {
  return issuersOf(caUrl, file === undefined ? { listed: [], wildcards: [] } : readIssuersFile(file));
}

/** The embedded issuer, which no entry of the file can replace, and what the file lists. */
export function issuersOf(caUrl: string, read: ListedIssuers): Issuers {
  const embedded = embeddedIssuer(caUrl);
  const listed = [embedded, ...read.listed.filter(({ url }) => url !== embedded.url)];
  const byUrl = new Map(listed.map(({ url }) => [url, listed.filter((issuer) => issuer.url === url)]));
  const patterns = [...new Set(read.wildcards.map(({ pattern }) => pattern))].map((pattern) => ({
    expression: expressionOf(pattern),
    entries: read.wildcards.filter((wildcard) => wildcard.pattern === pattern).map(({ issuer }) => issuer),
  }));
  return {
    listed,
    wildcards: read.wildcards,
    find: (url) => {
      const exact = byUrl.get(url);
      if (exact !== undefined) return exact;
      const matching = patterns.find(({ expression }) => expression.test(url));
      return matching?.entries.map((issuer) => ({ ...issuer, url })) ?? [];
    },
  };
}

/** Anchored, each star one run of letters, digits, hyphen and underscore: no dot, slash, colon or at-sign. */
function expressionOf(pattern: string): RegExp {
  const parts = pattern.split('*');
  if (parts.length > 4 || pattern.includes('**'))
    throw new IssuersError(`ISSUERS_FILE: ${pattern} has too many stars.`);
  const literal = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`));
  return new RegExp(`^${literal.join('[-_a-zA-Z0-9]{1,200}')}$`);
}
