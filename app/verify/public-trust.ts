/**
 * The trusted root of the public instance of Sigstore, for those who verify its bundles here: of a file the operator gives,
 * or through its TUF repository from a first root that we know by its digest. Asked for when somebody wants it, never before.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseStrictJson } from '#lib/encoding/strict-json.ts';
import type { Config } from '#lib/server/config.ts';
import type { Logger } from '#lib/server/logger.ts';
import { TufRoots } from '#lib/server/tuf-roots.ts';
import { publicInstances } from '#lib/trust/public-instance.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import type { Trust } from './engine.ts';

/** trusted_root.json as text; undefined while it cannot be had. However many ask at once, it is fetched once. */
export function publicTrustReader(
  { dataDir, publicTrustedRootFile }: Pick<Config, 'dataDir' | 'publicTrustedRootFile'>,
  logger: Logger,
): () => Promise<string | undefined> {
  if (publicTrustedRootFile !== undefined) return async () => readFileSync(publicTrustedRootFile, 'utf8');
  const roots = new TufRoots(join(dataDir, 'tuf-public'), logger);
  const { mirror, firstRoot } = publicInstances.production;
  let underWay: Promise<unknown> | undefined;
  return async () => {
    underWay ??= roots.read(mirror, firstRoot).finally(() => (underWay = undefined));
    const json = await underWay;
    return json === undefined ? undefined : JSON.stringify(json);
  };
}

export async function publicTrust(
  read: () => Promise<string | undefined>,
  now: Date,
): Promise<Trust | undefined> {
  const text = await read();
  return text === undefined
    ? undefined
    : { trustedRoot: readTrustedRoot(parseStrictJson(text)), readAt: now };
}
