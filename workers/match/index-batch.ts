/**
 * A verified batch becomes what is kept and matched. Each entry is read, its signature checked and its rows written before
 * the next one: what is read of a certificate is dropped at once, and dies young, which costs least.
 */
import { EntryRows, IdentityRows, SignerRows } from '../follow/entry-rows.ts';
import type { Authorities } from './authorities.ts';
import { BatchNames } from './batch-names.ts';
import { indexEntry } from './index-entry.ts';
import { entryCount, entryOf } from './entry-batch.ts';
import type { BatchToIndex, IndexedBatch } from './indexed-batch.ts';
import type { IndexedEntry } from './indexed-entry.ts';
import type { Signer, Standing } from './signers.ts';

export async function indexBatch(
  { logId, kind, seenAt, entries }: BatchToIndex,
  authorities: Authorities,
): Promise<IndexedBatch> {
  const count = entryCount(entries);
  const entryRows = new EntryRows(logId, seenAt, count);
  const identityRows = new IdentityRows(logId, seenAt, count);
  const signerRows = new SignerRows(logId);
  const names = new BatchNames(logId);
  const findings = new Findings(count, seenAt);
  for (let place = 0; place < count; place++) {
    const reading = indexEntry(kind, entryOf(entries, place), authorities);
    const indexed = reading instanceof Promise ? await reading : reading;
    entryRows.add(indexed);
    identityRows.add(indexed, names.add(place, indexed));
    signerRows.add(indexed);
    findings.add(place, indexed);
  }
  return {
    kind,
    entries,
    entryRows: entryRows.end(),
    identityRows: identityRows.end(),
    signerRows: signerRows.end(),
    names: names.end(),
    ...findings.end(),
  };
}

const hourMs = 3_600_000;

/** What else the entries of a batch are found by. */
class Findings {
  private readonly standings: Standing[] = [];
  private readonly digests: Uint8Array;
  private readonly prints: Uint8Array[] = [];
  private readonly printPlaces: number[] = [];
  /** By issuer and subject: a workflow signs again and again as one. */
  private readonly logins = new Map<string, { issuer: string; subject: string; places: number[] }>();
  private readonly unreadable: { place: number; haystack: string }[] = [];

  private readonly signedHours: Int32Array;
  private readonly seenAt: Date;

  constructor(entries: number, seenAt: Date) {
    this.digests = new Uint8Array(32 * entries);
    this.signedHours = new Int32Array(entries);
    this.seenAt = seenAt;
  }

  add(place: number, entry: IndexedEntry): void {
    const { standing, digest, fingerprints, haystack, notBefore } = entry;
    this.standings.push(standing);
    this.signedHours[place] = Math.floor((notBefore ?? this.seenAt).getTime() / hourMs);
    if (digest?.length === 32) this.digests.set(digest, 32 * place);
    if (haystack !== undefined) this.unreadable.push({ place, haystack });
    this.addLogin(place, entry);
    for (const other of entry.others) this.addLogin(place, other);
    for (const { certificate, key } of fingerprints) {
      this.prints.push(certificate, key);
      this.printPlaces.push(place);
    }
  }

  private addLogin(place: number, { issuer, claims }: Signer): void {
    const subject = claims['tokenSubject'];
    if (issuer === undefined || subject === undefined) return;
    const key = `${issuer} ${subject}`;
    const known = this.logins.get(key);
    if (known === undefined) this.logins.set(key, { issuer, subject, places: [place] });
    else known.places.push(place);
  }

  end(): Pick<
    IndexedBatch,
    'logins' | 'standings' | 'digests' | 'signedHours' | 'prints' | 'printPlaces' | 'unreadable'
  > {
    const { standings, digests, signedHours, printPlaces, unreadable } = this;
    const prints = new Uint8Array(32 * this.prints.length);
    for (const [at, print] of this.prints.entries()) prints.set(print, 32 * at);
    return {
      logins: [...this.logins.values()],
      standings,
      digests,
      signedHours,
      prints,
      printPlaces,
      unreadable,
    };
  }
}
