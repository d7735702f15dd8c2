/** Which watches the entries of a batch concern: all watchers of an entry, not the first that fits. */
import { toHex } from '#lib/encoding/bytes.ts';
import { issuerSubjectValue } from '#lib/identity/watch-target.ts';
import { entryAt, type IndexedBatch } from './indexed-batch.ts';
import type { IndexedEntry } from './indexed-entry.ts';
import { signedBy } from './signers.ts';
import type { Named, WatchIndex } from './watch-index.ts';

export interface Match {
  readonly watchId: string;
  /** As who has that name signed it. */
  readonly entry: IndexedEntry;
  /** The name in the entry that the watch is for; undefined when it was found in bytes that do not read. */
  readonly name: Named | undefined;
  /** The name in the entry, when it is not the watched one but looks like it. */
  readonly lookAlike?: string;
  /** That name does not look the same, but is one slip away. */
  readonly nearName?: boolean;
}

/** `news`: from which place on somebody is to be told. */
export function matchBatch(index: WatchIndex, indexed: IndexedBatch, news: number): Match[] {
  if (index.size === 0) return [];
  const places = [...placesOf(index, indexed)].filter((place) => place >= news);
  return places.toSorted((a, b) => a - b).flatMap((place) => matchEntry(index, entryAt(indexed, place)));
}

/** Of the entries that concern anybody: a name that stands in many of them is looked up once. */
function placesOf(index: WatchIndex, indexed: IndexedBatch): Set<number> {
  const places = new Set<number>();
  for (const { kind, value, issuer, places: found } of indexed.names) {
    const name = { kind, value, issuer: issuer === '' ? undefined : issuer };
    if (index.watchersOf(name).length > 0 || index.lookAlikes.of(name).length > 0)
      for (const place of found) places.add(place);
  }
  const find = (kind: string, value: string, place: number): void => {
    if (index.watchersOf({ kind, value, issuer: undefined }).length > 0) places.add(place);
  };
  if (index.watches('digest'))
    for (const place of indexed.standings.keys())
      find('digest', `sha256:${toHex(part(indexed.digests, place))}`, place);
  if (index.watches('certificate') || index.watches('key'))
    for (const [at, place] of indexed.printPlaces.entries()) {
      find('certificate', toHex(part(indexed.prints, 2 * at)), place);
      find('key', toHex(part(indexed.prints, 2 * at + 1)), place);
    }
  if (index.watches('issuer-subject'))
    for (const { issuer, subject, places: found } of indexed.logins)
      if (index.watchersOfLogin(issuer, subject).length > 0) for (const place of found) places.add(place);
  for (const { place, haystack } of indexed.unreadable)
    if (index.namedIn(haystack).length > 0) places.add(place);
  return places;
}

/** SHA-256 number `at` of many. */
function part(hashes: Uint8Array, at: number): Uint8Array {
  return hashes.subarray(32 * at, 32 * at + 32);
}

const noMatches: ReadonlyMap<string, Match> = new Map();

export function matchEntry(index: WatchIndex, entry: IndexedEntry): readonly Match[] {
  let matches: Map<string, Match> | undefined;
  const note = (watches: readonly { readonly id: string }[], name: Named | undefined, as = entry): void => {
    for (const { id: watchId } of watches) {
      matches ??= new Map();
      if (!matches.has(watchId)) matches.set(watchId, { watchId, entry: as, name });
    }
  };
  for (const { as, ...name } of namesOf(index, entry)) note(index.watchersOf(name), name, as);
  for (const { login, watchers, as } of loginsOf(index, entry)) note(watchers, login, as);
  if (entry.haystack !== undefined) note(index.namedIn(entry.haystack), undefined, ofBytes(entry));
  const alike = lookAlikes(index, entry, matches ?? noMatches);
  return matches === undefined ? alike : [...matches.values(), ...alike];
}

/** A bare key does not make its owner a signer of what stands beside it. */
function ofBytes(entry: IndexedEntry): IndexedEntry {
  return entry.trust === 'none' ? { ...entry, trust: 'unparsable' } : entry;
}

/** Only of what an authority vouched for: anyone can forge any number of names. */
function lookAlikes(
  index: WatchIndex,
  whole: IndexedEntry,
  known: ReadonlyMap<string, Match>,
): readonly Match[] {
  if (whole.trust !== 'trusted') return none;
  let found: Map<string, Match> | undefined;
  for (const identity of whole.identities)
    for (const { watch, isNear: nearName } of index.lookAlikes.of(identity)) {
      const { id: watchId } = watch;
      const entry = signedBy(whole, identity.signer);
      if (entry.trust !== 'trusted' || known.has(watchId) || found?.get(watchId)?.nearName === false)
        continue;
      found ??= new Map();
      found.set(watchId, { watchId, entry, name: undefined, lookAlike: identity.value, nearName });
    }
  return found === undefined ? none : [...found.values()];
}

const none: readonly Match[] = [];

/** The subject of a token that stands in no name of the certificate: of a build, `repo:acme/app:ref:refs/tags/v1`. */
function* loginsOf(index: WatchIndex, entry: IndexedEntry) {
  if (!index.watches('issuer-subject')) return;
  for (const place of [0, ...entry.others.map((_, at) => at + 1)]) {
    const as = signedBy(entry, place);
    const { issuer, claims } = as;
    const subject = claims['tokenSubject'];
    if (issuer === undefined || subject === undefined) continue;
    const watchers = index.watchersOfLogin(issuer, subject);
    const login: Named = { kind: 'issuer-subject', value: issuerSubjectValue(issuer, subject), issuer };
    if (watchers.length > 0) yield { login, watchers, as };
  }
}

/** What was signed rather than who did: of all signers. */
const ofStatements: ReadonlySet<string> = new Set(['package', 'artifact']);

interface NameAs extends Named {
  readonly as: IndexedEntry;
}

/** Everything of an entry that somebody may watch, the best signer's first. */
function namesOf(index: WatchIndex, entry: IndexedEntry): NameAs[] {
  const { identities, digest, fingerprints } = entry;
  // A forged certificate beside a signature leaves no doubt whose that is.
  const signed = entry.others.every(({ trust }) => trust === 'untrusted') ? signedBy(entry) : entry;
  const names = identities.map(({ kind, value, signer }): NameAs => {
    const as = ofStatements.has(kind) ? signed : signedBy(entry, signer);
    return { kind, value, issuer: as.issuer, as };
  });
  const add = (kind: NameAs['kind'], value: string, as = signed): void =>
    void names.push({ kind, value, issuer: undefined, as });
  if (digest?.length === 32) add('digest', `sha256:${toHex(digest)}`);
  for (const { certificate, key, signer } of fingerprints) {
    if (index.watches('certificate')) add('certificate', toHex(certificate), signedBy(entry, signer));
    if (index.watches('key')) add('key', toHex(key), signedBy(entry, signer));
  }
  return names;
}
