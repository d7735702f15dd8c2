/**
 * Whom a command believes: a trusted_root.json from a file, which is offline, or over HTTP. Without either it asks the
 * instance it is configured for, which is trust on every use: fine on one's own machine, so a hint says what to do instead.
 */
import { readTrustedRoot, TrustedRootError, type TrustedRoot } from '#lib/trust/trusted-root.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import { fetchJson } from './fetch-json.ts';
import { readJson } from './read-input.ts';

export async function loadTrustedRoot(given: string | undefined, caUrl: string): Promise<TrustedRoot> {
  const source = given ?? `${caUrl}/trusted_root.json`;
  const json = /^https?:\/\//.test(source) ? await fetchJson(source) : readJson(source);
  return toTrustedRoot(json, source);
}

export function toTrustedRoot(json: unknown, source: string): TrustedRoot {
  try {
    return readTrustedRoot(json);
  } catch (cause) {
    if (!(cause instanceof TrustedRootError)) throw cause;
    throw new CommandError(exitCode.usage, `${source} is no trusted root: ${cause.message}`, { cause });
  }
}
