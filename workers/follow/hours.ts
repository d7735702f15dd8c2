/**
 * How often a name signed in each hour, kept for those that sign often (prisma/sql/monitor-count-names.sql says which): what
 * the rhythm and totals of a span of time are answered from. Beside the rows they count, in their transaction.
 */
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import type { BatchName } from '../match/batch-names.ts';
import type { CountedBatch } from './names.ts';

const countHoursSql = namedSql('monitor-count-hours');
const keepHoursSql = namedSql('monitor-keep-hours');

export interface BusyName {
  /** As PostgreSQL writes it. */
  readonly id: string;
  /** False for one that only now signs often: its hours begin with all it signed so far. */
  readonly byHour: boolean;
}

interface Hour {
  readonly name: string;
  readonly hour: number;
  entries: number;
  last: number;
}

export async function countHours(
  transaction: Transaction,
  { first, seenAt, signedHours }: CountedBatch,
  names: readonly BatchName[],
  busy: readonly BusyName[],
): Promise<void> {
  const begun = busy.filter(({ byHour }) => !byHour).map(({ id }) => id);
  if (begun.length > 0) await transaction.unsafe(keepHoursSql, [begun]);
  if (begun.length === busy.length) return;
  const kept = new Set(busy.filter(({ byHour }) => byHour).map(({ id }) => id.replaceAll('-', '')));
  const hours = names.flatMap((name) => (kept.has(name.id) ? hoursOf(name, signedHours) : []));
  await transaction.unsafe(countHoursSql, [
    seenAt.toISOString(),
    hours.map(({ name }) => name),
    hours.map(({ hour }) => String(hour)),
    hours.map(({ entries }) => String(entries)),
    hours.map(({ last }) => String(first + BigInt(last))),
  ]);
}

function hoursOf({ id, places }: BatchName, signedHours: Int32Array): Hour[] {
  const hours = new Map<number, Hour>();
  for (const place of places) {
    const hour = signedHours[place] ?? 0;
    const known = hours.get(hour);
    if (known === undefined) hours.set(hour, { name: id, hour, entries: 1, last: place });
    else {
      known.entries++;
      known.last = place;
    }
  }
  return [...hours.values()];
}
