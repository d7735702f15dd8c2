/**
 * The names of a batch counted into monitor_name: what totals, facets, "never before", prefix search and lookups by hash are
 * answered from.
 */
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import type { BatchName } from '../match/batch-names.ts';
import { countHours, type BusyName } from './hours.ts';

const countNamesSql = namedSql('monitor-count-names');

export interface CountedBatch {
  readonly logId: string;
  /** Index in the log of the entry at place 0. */
  readonly first: bigint;
  readonly seenAt: Date;
  /** Of the entry at each place, since 1970. */
  readonly signedHours: Int32Array;
}

export async function countNames(
  transaction: Transaction,
  batch: CountedBatch,
  names: readonly BatchName[],
): Promise<void> {
  if (names.length === 0) return;
  const { logId, first, seenAt } = batch;
  const rows = withoutTwins(names);
  const busy = await transaction.unsafe<BusyName[]>(countNamesSql, [
    logId,
    seenAt.toISOString(),
    rows.map(({ id }) => id),
    rows.map(({ kind }) => kind),
    rows.map(({ value }) => value),
    rows.map(({ trust }) => trust),
    rows.map(({ issuer }) => issuer),
    rows.map(({ source }) => source),
    rows.map(({ exact }) => exact),
    rows.map(({ places }) => String(places.length)),
    rows.map(({ places }) => String(first + BigInt(places[0] ?? 0))),
    rows.map(({ places }) => String(first + BigInt(places.at(-1) ?? 0))),
  ]);
  await countHours(transaction, batch, rows, busy);
}

/** An entry that carries the same words as two kinds of identity is still one entry. */
function withoutTwins(names: readonly BatchName[]): BatchName[] {
  const rows: BatchName[] = [];
  for (const name of names) {
    const before = rows.at(-1);
    if (before?.id !== name.id) rows.push(name);
    else {
      const places = [...new Set([...before.places, ...name.places])].toSorted((a, b) => a - b);
      rows[rows.length - 1] = { ...before, places };
    }
  }
  return rows;
}
