/**
 * One signature may stand in several logs, and a log may be made to take the same leaf again and again. For its owner that
 * is one event, told of once, whichever log showed it first: whoever repeats what is public makes nothing new of it. Each
 * match is kept.
 */
import { toHex } from '#lib/encoding/bytes.ts';
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import type { IndexedEntry } from '../match/indexed-entry.ts';

const sameEvent = namedSql('match-same-event');
// The first half of the lock's key, so that no other advisory lock of this database meets it.
const lockSpace = 1_729_003;
/** However many events a batch has, its transaction holds no more locks than this. */
const lockCount = 1024;

interface Matched {
  readonly watch_id: string;
  readonly entry: IndexedEntry;
}

/** Without what was told of already. Two logs that show an event in one moment are put one after the other. */
export async function untold<T extends Matched>(
  transaction: Transaction,
  logId: string,
  matched: readonly T[],
): Promise<T[]> {
  if (matched.length === 0) return [];
  const keys = matched.map(({ entry }) => certificateOf(entry));
  const leaves = matched.map(({ entry }) => toHex(entry.leafHash));
  await transaction`
    SELECT pg_advisory_xact_lock(${lockSpace}, lock) FROM (
      SELECT DISTINCT abs(hashtext(key) % ${lockCount}) AS lock
      FROM unnest(${keys.map((key, at) => key || (leaves[at] ?? ''))}::text[]) AS key ORDER BY 1) AS locks`;
  const told = await transaction.unsafe<{ place: bigint }[]>(sameEvent, [
    logId,
    matched.map(({ watch_id: id }) => id),
    keys,
    matched.map(({ entry: { digest } }) => (digest === undefined ? '' : toHex(digest))),
    leaves,
    matched.map(({ entry: { index } }) => String(index)),
    matched.map(({ entry: { trust } }) => trust),
  ]);
  const places = new Set(told.map(({ place }) => Number(place) - 1));
  return matched.filter((_, at) => !places.has(at));
}

/** Only an authority makes two entries with one certificate one event: anyone can copy an untrusted one. */
function certificateOf({ trust, certificateKey }: IndexedEntry): string {
  return trust === 'trusted' && certificateKey !== undefined ? toHex(certificateKey) : '';
}

/** What the event is known by in any log: the certificate and the file, or else the very leaf. */
export function subjectOf(entry: IndexedEntry): string {
  const certificate = certificateOf(entry);
  return certificate === '' || entry.digest === undefined
    ? `leaf ${entry.trust} ${toHex(entry.leafHash)}`
    : `signed ${certificate} ${toHex(entry.digest)}`;
}

/** Of a signature, what an alert of its certificate was about, had there been one: as unused.ts names it. */
export function issuedSubject({ subject }: { readonly subject: string }): string | undefined {
  const [, certificate] = /^signed ([0-9a-f]+) /.exec(subject) ?? [];
  return certificate === undefined ? undefined : `issued ${certificate}`;
}
