/** One source per followed log, kept: it remembers for how long the log asked to be left alone. */
import { logVerifier } from '#lib/note/log-verifier.ts';
import { guardedFetch, type GuardedFetchOptions } from '#lib/server/guarded-fetch.ts';
import type { LogSource } from '#lib/source/log-source.ts';
import { rfc6962Source } from '#lib/source/rfc6962.ts';
import { rekorV1Source } from '#lib/source/rekor-v1.ts';
import { staticCtSource } from '#lib/source/static-ct.ts';
import { tileSource } from '#lib/source/tiles.ts';
import type { FollowedLog } from './followed-log.ts';
import { readTreeOrigin } from './trees-v1.ts';

export type OpenSource = (log: FollowedLog) => LogSource;

export function logSources(options: GuardedFetchOptions = {}): OpenSource {
  const opened = new Map<string, { url: string; source: LogSource }>();
  return (log) => {
    const known = opened.get(log.id);
    if (known?.url === log.url) return known.source;
    const source = openSource(log, options);
    opened.set(log.id, { url: log.url, source });
    return source;
  };
}

function openSource(log: FollowedLog, options: GuardedFetchOptions): LogSource {
  const { dialect, url, origin, publicKey } = log;
  const fetch = guardedFetch(url, options);
  switch (dialect) {
    case 'tiles':
      return tileSource(fetch, logVerifier(origin, publicKey));
    case 'rfc6962':
      return rfc6962Source(fetch, publicKey);
    case 'static-ct':
      return staticCtSource(fetch, origin, publicKey);
    case 'rekor-v1': {
      const { host, treeId } = readTreeOrigin(origin);
      return rekorV1Source(fetch, logVerifier(host, publicKey), treeId);
    }
  }
}
