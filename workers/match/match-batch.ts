/** Which watches the entries of a batch concern: all watchers of an entry, not the first that fits. */
import { sha256 } from '#crypto/sha256.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import type { IndexedEntry } from './indexed-entry.ts';
import type { Named, WatchIndex } from './watch-index.ts';

export interface Match {
  readonly watchId: string;
  readonly entry: IndexedEntry;
  /** The name in the entry that the watch is for; undefined when it was found in bytes that do not read. */
  readonly name: Named | undefined;
  /** The name in the entry, when it is not the watched one but looks like it. */
  readonly lookAlike?: string;
}

export function matchBatch(index: WatchIndex, entries: readonly IndexedEntry[]): Match[] {
  if (index.size === 0) return [];
  return entries.flatMap((entry) => matchEntry(index, entry));
}

function matchEntry(index: WatchIndex, entry: IndexedEntry): Match[] {
  const matches = new Map<string, Match>();
  const note = (watchId: string, name: Named | undefined): void => {
    if (!matches.has(watchId)) matches.set(watchId, { watchId, entry, name });
  };
  for (const name of namesOf(index, entry)) for (const { id } of index.watchersOf(name)) note(id, name);
  if (entry.haystack !== undefined) for (const { id } of index.namedIn(entry.haystack)) note(id, undefined);
  return [...matches.values(), ...lookAlikes(index, entry, matches)];
}

/** Only of what an authority vouched for: anyone can forge any number of names. */
function lookAlikes(index: WatchIndex, entry: IndexedEntry, known: ReadonlyMap<string, Match>): Match[] {
  if (entry.trust !== 'trusted') return [];
  const found = new Map<string, Match>();
  for (const { kind, value } of entry.identities)
    for (const { id: watchId } of index.lookAlikes.of({ kind, value }))
      if (!known.has(watchId)) found.set(watchId, { watchId, entry, name: undefined, lookAlike: value });
  return [...found.values()];
}

/** Everything of an entry that somebody may watch. */
function namesOf(index: WatchIndex, { identities, issuer, digest, certificates }: IndexedEntry): Named[] {
  const names: Named[] = identities.map(({ kind, value }) => ({ kind, value, issuer }));
  const add = (kind: string, value: string): void => void names.push({ kind, value, issuer: undefined });
  if (digest?.length === 32) add('digest', `sha256:${toHex(digest)}`);
  for (const { encoding, spki } of certificates) {
    if (index.watches('certificate')) add('certificate', toHex(sha256(encoding)));
    if (index.watches('key')) add('key', toHex(sha256(spki)));
  }
  return names;
}
