/**
 * Whom a command believes: a trusted_root.json from a file, which is offline, or by its address; or a TUF repository from
 * a first root on, that of the public instance among them. Without any it asks the instance it is configured for, which is trust on every use: fine on one's own
 * machine and nowhere else.
 */
import { join } from 'node:path';
import { publicInstances, type PublicInstance } from '#lib/trust/public-instance.ts';
import { readTrustedRoot, TrustedRootError, type TrustedRoot } from '#lib/trust/trusted-root.ts';
import type { Config } from '../server/config.ts';
import type { TufSource } from '../server/tuf.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import { fetchJson } from './fetch-json.ts';
import { readJson } from './read-input.ts';

export interface TrustOptions {
  readonly trustedRoot?: string;
  readonly tuf?: string;
  readonly tufRoot?: string;
  readonly publicInstance?: boolean | PublicInstance;
}

export interface Trust {
  readonly trustedRoot: TrustedRoot;
  /** Whom to sign with: of the same TUF repository, which may have none; undefined where none was asked. */
  readonly signingConfig: { readonly json: unknown } | undefined;
}

export async function loadTrust(
  options: TrustOptions,
  config: Pick<Config, 'ca' | 'dataDir'>,
): Promise<Trust> {
  const { trustedRoot } = options;
  const repository = repositoryIn(options);
  if (repository !== undefined) {
    if (trustedRoot !== undefined) throw twoAnswers();
    return throughTuf({ ...repository, cacheDir: join(config.dataDir, 'tuf-client') });
  }
  const source = trustedRoot ?? `${config.ca.url}/trusted_root.json`;
  const json = /^https?:\/\//.test(source) ? await fetchJson(source) : readJson(source);
  return { trustedRoot: toTrustedRoot(json, source), signingConfig: undefined };
}

type Repository = Pick<TufSource, 'mirror' | 'firstRoot'>;

function repositoryIn({ tuf, tufRoot, publicInstance }: TrustOptions): Repository | undefined {
  // A pin that pins nothing must not look as if it did.
  if (tufRoot !== undefined && tuf === undefined) {
    throw new CommandError(exitCode.usage, '--tuf-root goes with --tuf: alone it would pin nothing');
  }
  if (publicInstance !== undefined && publicInstance !== false) {
    if (tuf !== undefined) throw twoAnswers();
    return publicInstances[publicInstance === true ? 'production' : publicInstance];
  }
  if (tuf === undefined) return undefined;
  if (tufRoot === undefined) {
    throw new CommandError(
      exitCode.usage,
      '--tuf needs --tuf-root: the first root as a file, or its SHA-256',
    );
  }
  const firstRoot = /^[0-9a-f]{64}$/i.test(tufRoot) ? { sha256: tufRoot } : { file: tufRoot };
  return { mirror: tuf.replace(/\/+$/, ''), firstRoot };
}

function twoAnswers(): CommandError {
  const message = '--trusted-root, --tuf and --public-instance are several answers to one question';
  return new CommandError(exitCode.usage, message);
}

async function throughTuf(source: TufSource): Promise<Trust> {
  const { fetchTrustedRoot, TufTrustError } = await import('../server/tuf.ts');
  try {
    const { trustedRoot, signingConfig } = await fetchTrustedRoot(source);
    return {
      trustedRoot: toTrustedRoot(trustedRoot, source.mirror),
      signingConfig: { json: signingConfig },
    };
  } catch (cause) {
    if (!(cause instanceof TufTrustError)) throw cause;
    const isAway = cause.code === 'unreachable';
    const hint = isAway ? ' Offline, give --trusted-root.' : '';
    const code = isAway ? exitCode.service : exitCode.usage;
    throw new CommandError(code, `${cause.message}${hint} (${cause.code})`, { cause });
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
