/**
 * The keys of the issuers we accept: discovery (OpenID Connect Discovery 1.0 §4), then the JWK set it names. Kept for
 * some minutes, fetched again for a key id we do not know but not more often than the pause allows, and the last good
 * set is used while an issuer is down.
 */
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { fetchJson, type FetchLimits } from './fetch-json.ts';
import type { Issuer } from './issuer.ts';
import { TokenError } from './token-error.ts';

const limits: FetchLimits = { maxBytes: 1_000_000, timeoutMs: 5_000 };
const freshMs = 10 * 60_000;
const longestUseMs = 24 * 3_600_000;
const pauseMs = 10_000;
const mostKeys = 100;
// Issuers found by pattern share this cache; an attacker's choice of names must not fill memory.
const mostIssuers = 1_000;

/** Never an HMAC: its secret would be a public document. */
const asymmetric = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

const discovery = z.object({
  issuer: z.string(),
  jwks_uri: z.url({ protocol: /^https?$/ }),
  id_token_signing_alg_values_supported: z.array(z.string()).min(1).default(['RS256']),
});
const keySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(mostKeys) });

export interface IssuerKeys {
  readonly keys: ReturnType<typeof createLocalJWKSet>;
  readonly algorithms: readonly string[];
  readonly keyIds: ReadonlySet<string>;
}

interface Kept {
  found: IssuerKeys | undefined;
  fetchedAt: number;
  triedAt: number;
  fetching: Promise<IssuerKeys> | undefined;
}

export class IssuerKeyCache {
  private readonly kept = new Map<string, Kept>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Throws a TokenError `issuer-unavailable` when there is no set, fresh or old, to be had. */
  async keysFor(issuer: Issuer, keyId: string | undefined): Promise<IssuerKeys> {
    const kept = this.entry(issuer.url);
    const age = this.now() - kept.fetchedAt;
    const knowsKey = keyId === undefined || kept.found?.keyIds.has(keyId) === true;
    if (kept.found !== undefined && age < freshMs && knowsKey) return kept.found;
    const rested = this.now() - kept.triedAt >= pauseMs;
    if (kept.found !== undefined && !rested && kept.fetching === undefined) return kept.found;
    if (kept.found === undefined && !rested && kept.fetching === undefined) throw unavailable(issuer.url);
    try {
      return await this.fetchOnce(issuer, kept);
    } catch (cause) {
      if (kept.found !== undefined && age < longestUseMs) return kept.found;
      throw unavailable(issuer.url, cause);
    }
  }

  /** Whether the issuer's keys are known and young; asks for them when they are not. */
  async isReachable(issuer: Issuer): Promise<boolean> {
    return this.keysFor(issuer, undefined).then(
      () => true,
      () => false,
    );
  }

  private entry(url: string): Kept {
    const known = this.kept.get(url);
    if (known !== undefined) return known;
    if (this.kept.size >= mostIssuers) this.kept.delete(this.kept.keys().next().value ?? '');
    const fresh: Kept = { found: undefined, fetchedAt: -Infinity, triedAt: -Infinity, fetching: undefined };
    this.kept.set(url, fresh);
    return fresh;
  }

  /** Everyone who needs the same set waits for one request. */
  private fetchOnce(issuer: Issuer, kept: Kept): Promise<IssuerKeys> {
    kept.fetching ??= this.fetch(issuer, kept).finally(() => {
      kept.fetching = undefined;
    });
    return kept.fetching;
  }

  private async fetch(issuer: Issuer, kept: Kept): Promise<IssuerKeys> {
    kept.triedAt = this.now();
    kept.found = await fetchIssuerKeys(issuer);
    kept.fetchedAt = this.now();
    return kept.found;
  }
}

function unavailable(url: string, cause?: unknown): TokenError {
  return new TokenError('issuer-unavailable', `The keys of ${url} cannot be had at the moment.`, { cause });
}

async function fetchIssuerKeys(issuer: Issuer): Promise<IssuerKeys> {
  const document = discovery.parse(
    await fetchJson(`${issuer.url}/.well-known/openid-configuration`, limits, issuer),
  );
  // Discovery §4.3: "MUST be identical to the Issuer URL that was directly used to retrieve the configuration".
  if (document.issuer !== issuer.url) throw new Error('discovery names another issuer');
  const expected = issuer.jwksUri;
  const isOurs =
    expected === undefined
      ? new URL(document.jwks_uri).origin === new URL(issuer.url).origin
      : document.jwks_uri === expected;
  if (!isOurs) throw new Error('keys lie on a host that is not the issuer and not configured (jwks-uri)');
  const { keys } = keySet.parse(await fetchJson(document.jwks_uri, limits, issuer));
  const usable = keys.filter((key) => key['kty'] !== 'oct' && typeof key['kty'] === 'string');
  return {
    keys: createLocalJWKSet({ keys: usable } as JSONWebKeySet),
    algorithms: document.id_token_signing_alg_values_supported.filter((alg) => asymmetric.includes(alg)),
    keyIds: new Set(usable.map((key) => key['kid']).filter((id): id is string => typeof id === 'string')),
  };
}
