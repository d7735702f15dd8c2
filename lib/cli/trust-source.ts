/**
 * Whom a command believes: a trusted_root.json from a file, which is offline, or by its address; or a TUF repository from
 * a first root on. Without any it asks the instance it is configured for, which is trust on every use: fine on one's own
 * machine and nowhere else.
 */
import { join } from 'node:path';
import { readTrustedRoot, TrustedRootError, type TrustedRoot } from '#lib/trust/trusted-root.ts';
import type { Config } from '../server/config.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import { fetchJson } from './fetch-json.ts';
import { readJson } from './read-input.ts';

export interface TrustOptions {
  readonly trustedRoot?: string;
  readonly tuf?: string;
  readonly tufRoot?: string;
}

export interface Trust {
  readonly trustedRoot: TrustedRoot;
  /** Of the same TUF repository, for signing; undefined elsewhere. */
  readonly signingConfig: unknown;
}

export async function loadTrust(
  options: TrustOptions,
  config: Pick<Config, 'ca' | 'dataDir'>,
): Promise<Trust> {
  const { trustedRoot, tuf, tufRoot } = options;
  if (trustedRoot !== undefined && tuf !== undefined) {
    throw new CommandError(exitCode.usage, '--trusted-root and --tuf are two answers to one question');
  }
  if (tuf !== undefined) return throughTuf(tuf, tufRoot, join(config.dataDir, 'tuf-client'));
  const source = trustedRoot ?? `${config.ca.url}/trusted_root.json`;
  const json = /^https?:\/\//.test(source) ? await fetchJson(source) : readJson(source);
  return { trustedRoot: toTrustedRoot(json, source), signingConfig: undefined };
}

async function throughTuf(mirror: string, root: string | undefined, cacheDir: string): Promise<Trust> {
  if (root === undefined) {
    throw new CommandError(
      exitCode.usage,
      '--tuf needs --tuf-root: the first root as a file, or its SHA-256',
    );
  }
  const { fetchTrustedRoot, TufTrustError } = await import('../server/tuf.ts');
  const firstRoot = /^[0-9a-f]{64}$/i.test(root) ? { sha256: root } : { file: root };
  try {
    const fetched = await fetchTrustedRoot({ mirror: mirror.replace(/\/+$/, ''), firstRoot, cacheDir });
    return {
      trustedRoot: toTrustedRoot(fetched.trustedRoot, mirror),
      signingConfig: fetched.signingConfig,
    };
  } catch (cause) {
    if (!(cause instanceof TufTrustError)) throw cause;
    throw new CommandError(exitCode.usage, `${cause.message} (${cause.code})`, { cause });
  }
}

function toTrustedRoot(json: unknown, source: string): TrustedRoot {
  try {
    return readTrustedRoot(json);
  } catch (cause) {
    if (!(cause instanceof TrustedRootError)) throw cause;
    throw new CommandError(exitCode.usage, `${source} is no trusted root: ${cause.message}`, { cause });
  }
}
