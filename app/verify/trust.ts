/** Whom this instance believes: the trusted root as the monitor last read it, or else as the authority serves it now. */
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import { parseStrictJson } from '#lib/encoding/strict-json.ts';
import type { PrismaClient } from '#lib/server/database.ts';
import type { FetchBytes } from '#lib/source/log-source.ts';
import { readTrustedRoot, type TrustedRoot } from '#lib/trust/trusted-root.ts';
import type { Trust } from './engine.ts';

const largestRoot = 1024 * 1024;

/** The returned function gives undefined while there is nobody to believe. Equal text gives the same object. */
export function trustReader(
  prisma: Pick<PrismaClient, 'monitorTrustedRoot'>,
  readCa: FetchBytes,
): () => Promise<Trust | undefined> {
  let known: { json: string; trustedRoot: TrustedRoot } | undefined;
  return async () => {
    const found = (await remembered(prisma)) ?? (await served(readCa));
    if (found === undefined) return undefined;
    if (known?.json !== found.json) {
      known = { json: found.json, trustedRoot: readTrustedRoot(parseStrictJson(found.json)) };
    }
    return { trustedRoot: known.trustedRoot, readAt: found.readAt };
  };
}

interface Found {
  readonly json: string;
  readonly readAt: Date;
}

async function remembered(prisma: Pick<PrismaClient, 'monitorTrustedRoot'>): Promise<Found | undefined> {
  return (await prisma.monitorTrustedRoot.findFirst()) ?? undefined;
}

async function served(readCa: FetchBytes): Promise<Found | undefined> {
  try {
    return { json: fromUtf8(await readCa('trusted_root.json', largestRoot)), readAt: new Date() };
  } catch {
    return undefined;
  }
}
