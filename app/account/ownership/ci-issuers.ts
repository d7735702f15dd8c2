/** Keys of the issuers of builds that the authority lists, read from each issuer itself and kept for some minutes. */
import { z } from 'zod';
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import type { FetchBytes } from '#lib/source/log-source.ts';
import type { CiIssuer, CiIssuers, CiIssuerType } from './ci-token.ts';

const configuration = z.object({
  issuers: z.array(z.object({ issuerUrl: z.string().optional(), issuerType: z.string().optional() })),
});
const discovery = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) });
const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });

const types: readonly CiIssuerType[] = ['github-workflow', 'gitlab-pipeline'];
const keepMs = 10 * 60_000;
const most = { configuration: 1024 * 1024, discovery: 64 * 1024, keys: 512 * 1024 };

export function ciIssuers(readCa: FetchBytes, readerOf: (baseUrl: string) => FetchBytes): CiIssuers {
  const kept = new Map<string, { at: number; issuer: CiIssuer }>();
  return async (url) => {
    const known = kept.get(url);
    if (known !== undefined && Date.now() - known.at < keepMs) return known.issuer;
    const listed = parse(configuration, await readCa('api/v2/configuration', most.configuration));
    // An issuer may be listed once for each audience, as one of people beside one of builds.
    const entries = listed.issuers.filter(({ issuerUrl }) => issuerUrl === url);
    const type = types.find((name) => entries.some(({ issuerType }) => issuerType === name));
    if (type === undefined) return undefined;
    const read = readerOf(url);
    const found = parse(discovery, await read('.well-known/openid-configuration', most.discovery));
    // Keys on another host would be another's word for who this issuer is.
    if (found.issuer !== url || new URL(found.jwks_uri).origin !== new URL(url).origin) return undefined;
    const issuer: CiIssuer = { type, keys: parse(jwks, await read(found.jwks_uri, most.keys)) };
    kept.set(url, { at: Date.now(), issuer });
    return issuer;
  };
}

function parse<T>(schema: z.ZodType<T>, bytes: Uint8Array): T {
  return schema.parse(JSON.parse(fromUtf8(bytes)));
}
