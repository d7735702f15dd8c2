/**
 * Whose tokens are accepted: the embedded issuer and those of ISSUERS_FILE. Nobody else's: an issuer on no list is never
 * contacted.
 */
import { IssuersError, type Issuer, type ListedIssuers } from './issuer.ts';
import { readIssuersFile } from './issuers-file.ts';

export interface Issuers extends ListedIssuers {
  /** An exact entry comes before a pattern. */
  find(url: string): Issuer | undefined;
}

/** Served by this very process: its identities are addresses that somebody typed a mailed code for. */
export function embeddedIssuer(caUrl: string): Issuer {
  return {
    url: `${caUrl}/oidc`,
    audience: 'sigstore',
    jwksUri: undefined,
    type: 'email',
    requireVerified: true,
    issuerClaim: undefined,
  };
}

/** The embedded issuer, which no entry of the file can replace, and what the file lists. */
export function readIssuers(caUrl: string, file: string | undefined): Issuers {
  const embedded = embeddedIssuer(caUrl);
  const read = file === undefined ? { listed: [], wildcards: [] } : readIssuersFile(file);
  const byUrl = new Map([...read.listed, embedded].map((issuer) => [issuer.url, issuer]));
  const wildcards = read.wildcards.map((wildcard) => ({
    ...wildcard,
    expression: expressionOf(wildcard.pattern),
  }));
  return {
    listed: [embedded, ...read.listed],
    wildcards,
    find: (url) => {
      const exact = byUrl.get(url);
      if (exact !== undefined) return exact;
      const wildcard = wildcards.find(({ expression }) => expression.test(url));
      return wildcard === undefined ? undefined : { ...wildcard.issuer, url };
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
