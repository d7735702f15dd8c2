/**
 * Step 1 of an issuance: is this token what an issuer we accept said, to us, and still? RFC 7519 and OpenID Connect Core
 * §3.1.3.7. Only then are its claims looked at (claims-to-identity.ts).
 */
import { compactVerify, decodeProtectedHeader, errors, type CompactVerifyResult } from 'jose';
import { fromBase64Url } from '#lib/encoding/base64.ts';
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import { hasRepeatedMembers } from '#lib/encoding/repeated-members.ts';
import type { Claims } from './identity.ts';
import type { Issuer } from './issuer.ts';
import type { IssuerKeyCache, IssuerKeys } from './issuer-keys.ts';
import type { Issuers } from './issuers.ts';
import { TokenError } from './token-error.ts';

export interface VerifiedToken {
  readonly issuer: Issuer;
  readonly claims: Claims;
}

export interface TokenDeps {
  readonly issuers: Issuers;
  readonly issuerKeys: IssuerKeyCache;
  readonly now: () => number;
}

const longestToken = 16 * 1024;
const clockSlackSeconds = 60;
const lastSecond = 253_402_300_799; // 9999-12-31T23:59:59Z

export async function verifyToken(deps: TokenDeps, token: string): Promise<VerifiedToken> {
  const unverified = readUnverified(token);
  const entries = deps.issuers.find(unverified.issuer);
  const [first] = entries;
  if (first === undefined) {
    throw new TokenError('issuer-not-accepted', 'Tokens of this issuer are not accepted here.');
  }
  const keys = await deps.issuerKeys.keysFor(first, unverified.keyId);
  const claims = readClaims((await verifySignature(token, keys)).payload);
  // Of several entries of one issuer the first whose audience the token is for: they share its keys.
  const issuer = entries.find(({ audience }) => audiencesOf(claims).includes(audience)) ?? first;
  checkIssuerAndAudience(claims, issuer);
  // A logout token (OpenID Connect Back-Channel Logout §2.4), whose `typ` is only recommended.
  if (claims['events'] !== undefined)
    throw new TokenError('token-type-refused', 'This is a token about events.');
  checkTimes(claims, Math.floor(deps.now() / 1000));
  return { issuer, claims };
}

interface Unverified {
  readonly issuer: string;
  readonly keyId: string | undefined;
}

/** Enough to choose the issuer by. Dots are counted before anything is split: a token of dots once cost a server its memory. */
function readUnverified(token: string): Unverified {
  if (token === '') throw new TokenError('token-missing', 'There is no identity token.');
  if (token.length > longestToken || countDots(token) !== 2) throw malformed();
  const [, payload = ''] = token.split('.');
  const bytes = fromBase64Url(payload);
  if (bytes === undefined) throw malformed();
  const { iss } = readClaims(bytes);
  const header = readHeader(token);
  // RFC 9068 tokens are for resource servers, logout tokens for sessions; neither says who somebody is to us.
  if (header.typ !== undefined && header.typ.toUpperCase() !== 'JWT') {
    throw new TokenError('token-type-refused', 'This is not an identity token.');
  }
  if (typeof iss !== 'string') throw new TokenError('claim-missing', 'The token has no issuer.');
  return { issuer: iss, keyId: header.kid };
}

function readHeader(token: string): { typ: string | undefined; kid: string | undefined } {
  try {
    const { typ, kid } = decodeProtectedHeader(token) as { typ?: unknown; kid?: unknown };
    if ((typ !== undefined && typeof typ !== 'string') || (kid !== undefined && typeof kid !== 'string')) {
      throw malformed();
    }
    return { typ, kid };
  } catch (cause) {
    throw malformed(cause);
  }
}

function countDots(token: string): number {
  let dots = 0;
  for (let at = token.indexOf('.'); at !== -1 && dots < 3; at = token.indexOf('.', at + 1)) dots++;
  return dots;
}

function readClaims(payload: Uint8Array): Claims {
  try {
    const text = fromUtf8(payload);
    const claims: unknown = JSON.parse(text);
    if (hasRepeatedMembers(text)) throw malformed();
    if (typeof claims === 'object' && claims !== null && !Array.isArray(claims)) return claims as Claims;
  } catch (cause) {
    throw malformed(cause);
  }
  throw malformed();
}

function malformed(cause?: unknown): TokenError {
  return new TokenError('token-malformed', 'The identity token is not a signed JSON Web Token.', { cause });
}

async function verifySignature(token: string, keys: IssuerKeys): Promise<CompactVerifyResult> {
  const options = { algorithms: [...keys.algorithms] };
  try {
    return await compactVerify(token, keys.keys, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw signatureError(error);
    return await tryEach(token, error, options);
  }
}

/** Several keys of one set fit the header: any of them may have signed, and none other. */
async function tryEach(
  token: string,
  candidates: errors.JWKSMultipleMatchingKeys,
  options: { algorithms: string[] },
): Promise<CompactVerifyResult> {
  for await (const key of candidates) {
    try {
      return await compactVerify(token, key, options);
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw signatureError(error);
    }
  }
  throw new TokenError('signature-invalid', 'The signature of the token does not verify.');
}

function signatureError(cause: unknown): TokenError {
  if (cause instanceof errors.JOSEAlgNotAllowed || cause instanceof errors.JOSENotSupported) {
    return new TokenError('algorithm-refused', 'The signature algorithm of the token is not accepted.', {
      cause,
    });
  }
  if (cause instanceof errors.JWKSNoMatchingKey) {
    return new TokenError('signing-key-not-found', 'The issuer publishes no key that signed this token.', {
      cause,
    });
  }
  return new TokenError('signature-invalid', 'The signature of the token does not verify.', { cause });
}

function checkIssuerAndAudience(claims: Claims, issuer: Issuer): void {
  if (claims['iss'] !== issuer.url) throw new TokenError('issuer-not-accepted', 'The issuer changed.');
  if (!audiencesOf(claims).includes(issuer.audience)) {
    throw new TokenError('audience-mismatch', `The token is not meant for ${issuer.audience}.`);
  }
}

function audiencesOf({ aud }: Claims): unknown[] {
  return Array.isArray(aud) ? aud : [aud];
}

/** `exp` without leeway: a token that has ended buys nothing. Its starts may lie a clock's error ahead. */
function checkTimes(claims: Claims, now: number): void {
  const expires = instant(claims['exp']);
  if (expires === undefined) throw new TokenError('claim-missing', 'The token does not say when it ends.');
  if (expires <= now) throw new TokenError('token-expired', 'The token has ended.');
  for (const start of [instant(claims['nbf']), instant(claims['iat'])]) {
    if (start !== undefined && start > now + clockSlackSeconds) {
      throw new TokenError('token-not-yet-valid', 'The token is not valid yet; check the clocks.');
    }
  }
}

/** NumericDate, RFC 7519 §2. */
function instant(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= lastSecond) return value;
  throw new TokenError('claim-malformed', 'A time in the token is not a number of seconds.');
}
