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
  /** That name does not look the same, but is one slip away. */
  readonly nearName?: boolean;
}

export function matchBatch(index: WatchIndex, entries: readonly IndexedEntry[]): Match[] {
  if (index.size === 0) return [];
  return entries.flatMap((entry) => matchEntry(index, entry));
}

const noMatches: ReadonlyMap<string, Match> = new Map();

/** Nearly every entry concerns nobody: nothing is made for those. */
function matchEntry(index: WatchIndex, entry: IndexedEntry): readonly Match[] {
  let matches: Map<string, Match> | undefined;
  const note = (watches: readonly { readonly id: string }[], name: Named | undefined): void => {
    for (const { id: watchId } of watches) {
      matches ??= new Map();
      if (!matches.has(watchId)) matches.set(watchId, { watchId, entry, name });
    }
  };
  for (const name of namesOf(index, entry)) note(index.watchersOf(name), name);
  if (entry.haystack !== undefined) note(index.namedIn(entry.haystack), undefined);
  const alike = lookAlikes(index, entry, matches ?? noMatches);
  return matches === undefined ? alike : [...matches.values(), ...alike];
}

/** Only of what an authority vouched for: anyone can forge any number of names. */
function lookAlikes(
  index: WatchIndex,
  entry: IndexedEntry,
  known: ReadonlyMap<string, Match>,
): readonly Match[] {
  if (entry.trust !== 'trusted') return none;
  let found: Map<string, Match> | undefined;
  for (const identity of entry.identities)
    for (const { watch, isNear: nearName } of index.lookAlikes.of(identity)) {
      const { id: watchId } = watch;
      if (known.has(watchId) || found?.get(watchId)?.nearName === false) continue;
      found ??= new Map();
      found.set(watchId, { watchId, entry, name: undefined, lookAlike: identity.value, nearName });
    }
  return found === undefined ? none : [...found.values()];
}

const none: readonly Match[] = [];

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
