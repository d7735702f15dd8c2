/**
 * One signature may stand in several logs: clients write to two generations of a log while one replaces the other. For
 * its owner that is one event, told of once, whichever log showed it first. Each match is kept.
 */
import { toHex } from '#lib/encoding/bytes.ts';
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import type { IndexedEntry } from '../match/indexed-entry.ts';

const sameEvent = namedSql('match-same-event');
// The first half of the lock's key, so that no other advisory lock of this database meets it.
const lockSpace = 1_729_003;

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
  const keys = matched.map(({ entry }) => certificateOf(entry));
  if (keys.every((key) => key === '')) return [...matched];
  await transaction`
    SELECT pg_advisory_xact_lock(${lockSpace}, lock) FROM (
      SELECT DISTINCT hashtext(key) AS lock FROM unnest(${keys}::text[]) AS key WHERE key <> '' ORDER BY 1) AS locks`;
  const told = await transaction.unsafe<{ place: bigint }[]>(sameEvent, [
    logId,
    matched.map(({ watch_id: id }) => id),
    keys,
    matched.map(({ entry: { digest } }) => (digest === undefined ? '' : toHex(digest))),
  ]);
  const places = new Set(told.map(({ place }) => Number(place) - 1));
  return matched.filter((_, at) => !places.has(at));
}

/** Only an authority makes two entries with one certificate one event: anyone can copy an untrusted one. */
function certificateOf({ trust, certificateKey }: IndexedEntry): string {
  return trust === 'trusted' && certificateKey !== undefined ? toHex(certificateKey) : '';
}
