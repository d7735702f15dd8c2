/** One source per followed log, kept: it remembers for how long the log asked to be left alone. */
import { guardedFetch, type GuardedFetchOptions } from '#lib/server/guarded-fetch.ts';
import type { LogSource } from '#lib/source/log-source.ts';
import { sourceOf } from '#lib/source/source-of.ts';
import type { FollowedLog } from './followed-log.ts';

export type OpenSource = (log: FollowedLog) => LogSource;

export function logSources(options: GuardedFetchOptions = {}): OpenSource {
  const opened = new Map<string, { url: string; source: LogSource }>();
  return (log) => {
    const known = opened.get(log.id);
    if (known?.url === log.url) return known.source;
    const source = sourceOf(log, guardedFetch(log.url, options));
    opened.set(log.id, { url: log.url, source });
    return source;
  };
}
