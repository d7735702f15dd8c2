/** Which watches the entries of a batch concern: all watchers of an entry, not the first that fits. */
import type { IndexedEntry } from './indexed-entry.ts';
import type { WatchIndex } from './watch-index.ts';

export interface Match {
  readonly watchId: string;
  readonly entry: IndexedEntry;
}

export function matchBatch(index: WatchIndex, entries: readonly IndexedEntry[]): Match[] {
  if (index.size === 0) return [];
  return entries.flatMap((entry) => {
    const watches = entry.identities.flatMap((identity) => index.watchersOf(identity));
    const named = entry.haystack === undefined ? [] : index.namedIn(entry.haystack);
    return [...new Set([...watches, ...named].map(({ id }) => id))].map((watchId) => ({ watchId, entry }));
  });
}
