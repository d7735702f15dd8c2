/**
 * The three files from which clients learn whom to believe and where to ask: trusted_root.json, the signing
 * configuration, and both in one for sigstore-python. `checkpointKeyId` and `operator` stay out of the trusted root:
 * older clients refuse fields they do not know, and one looks SCT keys up by the former.
 */
import { fromBase64 } from '#lib/encoding/base64.ts';
import type { Config } from '#lib/server/config.ts';
import { trustedRootMediaType } from '#lib/trust/trusted-root.ts';
import { readCertificate } from '#lib/x509/certificate.ts';
import { nameAttribute } from '#lib/x509/name.ts';
import type { KnownAuthority } from './known-authorities.ts';
import type { KnownLog } from './known-logs.ts';

export interface TrustMaterial {
  readonly config: Config;
  readonly logs: readonly KnownLog[];
  readonly authorities: readonly KnownAuthority[];
}

/** Clients need one log of each kind; until the log process has been heard there is nothing to publish. */
export function isComplete({ logs }: TrustMaterial): boolean {
  return logs.some(({ kind }) => kind === 'rekor-v2') && logs.some(({ kind }) => kind === 'ct');
}

export function trustedRoot({ config, logs, authorities }: TrustMaterial): object {
  const ofKind = (kind: KnownLog['kind']): object[] =>
    logs.filter((log) => log.kind === kind).map(logInstance);
  const listed = (kind: KnownAuthority['kind'], uri: string): object[] =>
    authorities
      .filter((authority) => authority.kind === kind)
      .map((authority) => authorityEntry(authority, uri));
  return {
    mediaType: trustedRootMediaType,
    tlogs: [...ofKind('rekor-v2'), ...ofKind('rekor-v1')],
    certificateAuthorities: listed('code-signing', config.ca.url),
    ctlogs: ofKind('ct'),
    timestampAuthorities: listed('timestamps', timestampUrl(config)),
  };
}

export function signingConfig({ config, logs, authorities }: TrustMaterial, now: Date): object {
  const operator = new URL(config.ca.url).hostname;
  const service = (url: string, majorApiVersion: number, start: string): object => ({
    url,
    majorApiVersion,
    validFor: { start },
    operator,
  });
  const since = (kind: KnownAuthority['kind']): string =>
    authorities.findLast((authority) => authority.kind === kind)?.validFor.start ?? now.toISOString();
  // Newest first. The trees of a Rekor v1 log share an address, which is one service since the first of them.
  const open = (kind: KnownLog['kind'], version: number): object[] => {
    const starts = new Map<string, string>();
    for (const { baseUrl, validFor } of logs.filter((log) => log.kind === kind && isOpen(log.validFor, now)))
      starts.set(baseUrl, starts.get(baseUrl) ?? validFor.start);
    return [...starts].map(([baseUrl, start]) => service(baseUrl, version, start)).reverse();
  };
  return {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    // Version 1 here means the protocol that has /api/v2 in its paths; clients know no other number.
    caUrls: [service(config.ca.url, 1, since('code-signing'))],
    oidcUrls: [service(`${config.ca.url}/oidc`, 1, since('code-signing'))],
    // Clients take the highest version they know.
    rekorTlogUrls: [...open('rekor-v2', 2), ...open('rekor-v1', 1)],
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: [service(timestampUrl(config), 1, since('timestamps'))],
    tsaConfig: { selector: 'ANY' },
  };
}

export function clientTrustConfig(material: TrustMaterial, now: Date): object {
  return {
    mediaType: 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json',
    trustedRoot: trustedRoot(material),
    signingConfig: signingConfig(material, now),
  };
}

/** The whole address: some clients post to it as it stands. */
function timestampUrl(config: Config): string {
  return `${config.ca.url}/api/v1/timestamp`;
}

function isOpen({ start, end }: KnownLog['validFor'], now: Date): boolean {
  return new Date(start) <= now && (end === undefined || now <= new Date(end));
}

function logInstance({ baseUrl, publicKey, keyDetails, validFor, logId }: KnownLog): object {
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: publicKey, keyDetails, validFor },
    logId: { keyId: logId },
  };
}

function authorityEntry({ chain, validFor }: KnownAuthority, uri: string): object {
  const root = readCertificate(fromBase64(chain.at(-1) ?? '') ?? new Uint8Array());
  return {
    subject: {
      organization: nameAttribute(root.subject, 'O') ?? '',
      commonName: nameAttribute(root.subject, 'CN') ?? '',
    },
    uri,
    certChain: { certificates: chain.map((der) => ({ rawBytes: der })) },
    validFor,
  };
}
