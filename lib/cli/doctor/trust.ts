/** What clients are told to believe: readable, whole, the same by both ways, and for how long yet. */
import { isDeepStrictEqual } from 'node:util';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import {
  isValidAt,
  readTrustedRoot,
  type TrustedAuthority,
  type TrustedRoot,
} from '#lib/trust/trusted-root.ts';
import { selectServices } from '#lib/sign/signing-config.ts';
import { fetchTrustedRoot, firstRootDigest } from '../../server/tuf.ts';
import { fetchJson } from '../fetch-json.ts';
import { examine, Ill, span, type Finding } from './finding.ts';

const dayMs = 86_400_000;
const chainDays = { warning: 60, ill: 7 };
// Signed anew every day for seven days: a younger end than this means that the daily signature did not happen.
const leastTimestampMs = 5 * dayMs;

export async function examineTrust(caUrl: string): Promise<Finding[]> {
  const served = await fetchJson(`${caUrl}/trusted_root.json`).catch(() => undefined);
  return [
    await examine('trusted root', () => sayTrustedRoot(caUrl, served)),
    await examine('authorities', () => sayEnds(caUrl, served)),
    await examine('signing configuration', () => saySigningConfig(caUrl)),
    await examine('TUF repository', () => sayTuf(caUrl, served)),
    await examine('TUF freshness', () => sayFreshness(caUrl)),
  ];
}

function sayTrustedRoot(caUrl: string, served: unknown): string {
  const root = mustRead(caUrl, served);
  const lacking = [
    ...(root.tlogs.length === 0 ? ['transparency log'] : []),
    ...(root.ctlogs.length === 0 ? ['certificate log'] : []),
    ...(root.certificateAuthorities.length === 0 ? ['certificate authority'] : []),
    ...(root.timestampAuthorities.length === 0 ? ['timestamp authority'] : []),
  ];
  if (lacking.length > 0) {
    throw new Ill(
      `The trusted root names no ${lacking.join(', no ')}.`,
      'Start the log: the authority learns it by itself.',
    );
  }
  return `The trusted root names ${root.tlogs.length} log(s) and ${root.certificateAuthorities.length} authority chain(s).`;
}

function sayEnds(caUrl: string, served: unknown): string {
  const root = mustRead(caUrl, served);
  const now = new Date();
  const open = [...root.certificateAuthorities, ...root.timestampAuthorities].filter(({ validFor }) =>
    isValidAt(validFor, now),
  );
  const leftMs = Math.min(...open.map(endOf)) - now.getTime();
  const said = leftMs > 0 ? `An authority chain ends in ${span(leftMs)}.` : 'An authority chain has ended.';
  const mend = 'sigwatch ca rotate makes the next intermediate (sigwatch ca csr for a company’s own root).';
  if (leftMs < chainDays.ill * dayMs) throw new Ill(said, mend);
  if (leftMs < chainDays.warning * dayMs) throw new Ill(said, mend, 'warning');
  return `The first authority chain to end does so in ${span(leftMs)}.`;
}

function endOf({ chain }: TrustedAuthority): number {
  return Math.min(...chain.map(({ notAfter }) => notAfter.getTime()));
}

async function saySigningConfig(caUrl: string): Promise<string> {
  const { authority, logs } = selectServices(
    await fetchJson(`${caUrl}/signing_config.v0.2.json`),
    new Date(),
  );
  if (new URL(authority).origin !== new URL(caUrl).origin) {
    throw new Ill(
      `The signing configuration sends clients to ${authority}, and we ask ${caUrl}.`,
      'Set CA_URL to the address that clients use, for the service and for this command.',
      'warning',
    );
  }
  return `Clients sign at ${authority} and ${logs.map(({ url }) => url).join(', ')}.`;
}

async function sayTuf(caUrl: string, served: unknown): Promise<string> {
  const mirror = `${caUrl}/tuf`;
  const cacheDir = mkdtempSync(join(tmpdir(), 'sigwatch-doctor-'));
  try {
    const sha256 = await firstRootDigest(mirror);
    const { trustedRoot } = await fetchTrustedRoot({ mirror, cacheDir, firstRoot: { sha256 } });
    if (!isDeepStrictEqual(trustedRoot, served)) {
      throw new Ill(
        'TUF clients get another trusted root than is served plainly.',
        'Wait a minute; if it stays, the TUF targets key is offline and must sign (GET /healthz names its file).',
        'warning',
      );
    }
    return `A TUF client accepts the repository; its first root has the SHA-256 ${sha256}.`;
  } finally {
    rmSync(cacheDir, { recursive: true, force: true });
  }
}

const expiring = z.object({ signed: z.object({ expires: z.iso.datetime() }) });

async function sayFreshness(caUrl: string): Promise<string> {
  const expires = async (name: string): Promise<number> =>
    Date.parse(expiring.parse(await fetchJson(`${caUrl}/tuf/${name}.json`)).signed.expires) - Date.now();
  const [timestamp, root] = [await expires('timestamp'), await expires('root')];
  if (timestamp < leastTimestampMs) {
    throw new Ill(
      timestamp > 0
        ? `The TUF timestamp ends in ${span(timestamp)} and was not renewed.`
        : 'The TUF timestamp has ended: clients refuse this instance.',
      'Start the certificate authority, which signs it every day; its log says why it did not.',
    );
  }
  if (root < chainDays.warning * dayMs) {
    throw new Ill(
      `The TUF root ends in ${span(root)}.`,
      'Put the root key back for a minute: it is renewed by itself.',
      'warning',
    );
  }
  return `The TUF timestamp holds for ${span(timestamp)} and the root for ${span(root)}.`;
}

function mustRead(caUrl: string, served: unknown): TrustedRoot {
  if (served === undefined) {
    throw new Ill(
      `${caUrl}/trusted_root.json is not served.`,
      'Start the certificate authority and the log; it needs both.',
    );
  }
  return readTrustedRoot(served);
}
