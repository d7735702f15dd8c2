/**
 * Step 2 of an issuance: who the token says its holder is. Everything a certificate tells about a person or a run comes
 * from here, and so from the token alone.
 */
import { requireAllowed } from './allow-rules.ts';
import { parseEmailAddress } from '#lib/identity/email-address.ts';
import type { FulcioClaimName, FulcioClaims } from '#lib/x509/fulcio-oids.ts';
import type { CiProvider } from './ci-providers.ts';
import type { Claims, Identity } from './identity.ts';
import { renderTemplate, type TemplateValues } from './template.ts';
import { TokenError } from './token-error.ts';
import { encodedUri, readUri } from './uri.ts';
import type { VerifiedToken } from './verify-token.ts';

const longestText = 2048;

export function claimsToIdentity(token: VerifiedToken): Identity {
  const identity = readIdentity(token);
  requireAllowed(token.issuer.allow, identity, token.claims);
  return identity;
}

function readIdentity({ issuer, claims }: VerifiedToken): Identity {
  const subject = requiredText(claims, 'sub');
  const base = { issuerV1: issuer.url, issuer: issuer.url, tokenSubject: subject };
  const uri = (value: string, more: FulcioClaims = {}): Identity => ({
    subjectAltName: { kind: 'uri', value: requireUri(value) },
    claims: { ...more, ...base },
    challenges: challenges(subject, claims),
  });
  switch (issuer.type) {
    case 'email': {
      const email = readEmail(claims, issuer.requireVerified);
      const named = issuer.issuerClaim === undefined ? issuer.url : pathText(claims, issuer.issuerClaim);
      return {
        subjectAltName: { kind: 'email', value: email },
        claims: { ...base, issuerV1: named, issuer: named },
        challenges: [email],
      };
    }
    case 'uri':
      return uri(inDomain(subject, issuer.subjectDomain));
    case 'spiffe':
      return uri(spiffeId(subject, issuer.trustDomain));
    case 'kubernetes':
      return uri(serviceAccount(claims));
    case 'chainguard-identity':
      return uri(`${issuer.url}/${subject}`);
    case 'username':
      return {
        subjectAltName: { kind: 'username', value: userName(subject, issuer.subjectDomain) },
        claims: base,
        challenges: challenges(subject, claims),
      };
    case 'ci-provider': {
      const values = templateValues(claims, issuer.provider);
      return uri(render(issuer.provider, values), ciClaims(issuer.provider, values));
    }
  }
}

function challenges(subject: string, claims: Claims): string[] {
  const email = claims['email'];
  return typeof email === 'string' && email !== '' ? [subject, email] : [subject];
}

function readEmail(claims: Claims, requireVerified: boolean): string {
  const email = requiredText(claims, 'email');
  const parsed = parseEmailAddress(email);
  if (parsed === undefined || parsed.shown !== email) {
    throw new TokenError('claim-malformed', 'The email of the token is not a plain address.');
  }
  // The boolean alone: issuers that send the text "true" have been seen to send the text "false" as well.
  if (requireVerified && claims['email_verified'] !== true) {
    throw new TokenError('email-not-verified', 'The issuer has not verified the email of the token.');
  }
  return email;
}

function inDomain(subject: string, domain: string): string {
  const [given, wanted] = [readUri(subject), readUri(domain)];
  if (given === undefined || given.scheme !== wanted?.scheme || given.host !== wanted.host) {
    throw new TokenError('claim-malformed', 'The subject lies outside the domain of its issuer.');
  }
  return subject;
}

/** A SPIFFE ID, spiffe.io/docs SPIFFE-ID §2: spiffe://trust-domain/path, no query, fragment, port or user. */
function spiffeId(subject: string, trustDomain: string): string {
  const match = /^spiffe:\/\/([a-z0-9._-]{1,255})((?:\/[A-Za-z0-9._-]+)*)$/.exec(subject);
  const segments = (match?.[2] ?? '').split('/');
  if (match?.[1] !== trustDomain || segments.includes('.') || segments.includes('..')) {
    throw new TokenError('claim-malformed', 'The subject is not a SPIFFE ID of the trust domain.');
  }
  return subject;
}

function serviceAccount(claims: Claims): string {
  const namespace = pathText(claims, ['kubernetes.io', 'namespace']);
  const account = pathText(claims, ['kubernetes.io', 'serviceaccount', 'name']);
  // What Kubernetes calls an RFC 1123 label and subdomain. Anything else would be more than one segment of a path.
  if (!isDnsLabel(namespace) || account.length > 253 || !account.split('.').every(isDnsLabel)) {
    throw new TokenError(
      'claim-malformed',
      'The namespace or service account has a name Kubernetes refuses.',
    );
  }
  return `https://kubernetes.io/namespaces/${namespace}/serviceaccounts/${account}`;
}

function isDnsLabel(text: string): boolean {
  return /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(text);
}

function userName(subject: string, domain: string): string {
  if (subject.includes('!') || subject.includes('@')) {
    throw new TokenError('claim-malformed', 'A user name holds neither ! nor @.');
  }
  return `${subject}!${domain}`;
}

function templateValues(claims: Claims, provider: CiProvider): TemplateValues {
  const values = new Map(Object.entries(provider.defaults));
  for (const [name, value] of Object.entries(claims)) {
    // Only what a provider says may be empty may be; a name made of nothing names nobody.
    if (value === '' && provider.defaults[name] !== '') values.delete(name);
    else if (typeof value === 'string') values.set(name, value);
    else if (typeof value === 'number' || typeof value === 'boolean') values.set(name, String(value));
  }
  for (const [name, allowed] of Object.entries(provider.oneOf ?? {})) {
    if (!allowed.includes(values.get(name) ?? '')) {
      throw new TokenError('claim-malformed', `${name} is none of ${allowed.join(', ')}.`);
    }
  }
  return values;
}

function render(provider: CiProvider, values: TemplateValues): string {
  const name = renderTemplate(provider.subjectAlternativeName, values);
  if (name === undefined)
    throw new TokenError('claim-missing', `The token lacks claims ${provider.name} needs.`);
  if (hasControl(name)) throw new TokenError('claim-malformed', 'The identity holds control characters.');
  return encodedUri(name) ?? name;
}

function ciClaims(provider: CiProvider, values: TemplateValues): FulcioClaims {
  const claims: { [name in FulcioClaimName]?: string } = {};
  for (const [name, template] of provider.extensions) {
    const text = renderTemplate(template, values);
    if (text === undefined) {
      throw new TokenError('claim-missing', `The token lacks what ${provider.name} needs for ${name}.`);
    }
    if (text.length > longestText || /\p{Cs}/u.test(text)) {
      throw new TokenError('claim-malformed', `${name} is too long or not text.`);
    }
    if (text !== '') claims[name] = text;
  }
  return claims;
}

function requiredText(claims: Claims, name: string): string {
  return pathText(claims, [name]);
}

function pathText(claims: Claims, path: readonly string[]): string {
  let value: unknown = claims;
  for (const name of path) {
    const inside = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    value = inside ? (value as Claims)[name] : undefined;
  }
  if (value === undefined || value === '') {
    throw new TokenError('claim-missing', `The token has no ${path.join('.')}.`);
  }
  if (typeof value !== 'string' || value.length > longestText || hasControl(value)) {
    throw new TokenError('claim-malformed', `${path.join('.')} is not a short plain text.`);
  }
  return value;
}

function hasControl(text: string): boolean {
  return /[\p{Cc}\p{Cs}]/u.test(text);
}

/** A SAN of type URI is ASCII and absolute (RFC 5280 §4.2.1.6), and shorter than a page. */
function requireUri(value: string): string {
  if (value.length > longestText || readUri(value) === undefined) {
    throw new TokenError('claim-malformed', 'The identity is not a URI.');
  }
  return value;
}
