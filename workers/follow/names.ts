/**
 * The names of a batch, each once for every trust, issuer, repository and spelling it came with, counted into monitor_name: what
 * totals, facets, "never before", prefix search and lookups by hash are answered from.
 */
import { hash } from 'node:crypto';
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import type { IndexedEntry } from '../match/indexed-entry.ts';

const countNamesSql = namedSql('monitor-count-names');

/** What is counted in one row of monitor_name, and the places in the batch of the entries that have it. */
export interface BatchName {
  /** Of the row. Words that stand in one entry as two kinds of identity are two of these, with one id. */
  readonly id: string;
  readonly kind: string;
  readonly value: string;
  readonly trust: string;
  readonly issuer: string;
  readonly source: string;
  /** As it stands there; empty where that is how it is compared. */
  readonly exact: string;
  readonly places: readonly number[];
}

export type NamedEntry = Pick<IndexedEntry, 'identities' | 'trust' | 'issuer' | 'source'>;

export class BatchNames {
  private readonly byValue = new Map<string, (Omit<BatchName, 'id'> & { readonly places: number[] })[]>();
  /** Second half of an id, which few combinations share: by their words. */
  private readonly halves = new Map<string, string>();
  private readonly logId: string;

  constructor(logId: string) {
    this.logId = logId;
  }

  add(place: number, { identities, trust, issuer = '', source = '' }: NamedEntry): void {
    for (const { kind, value } of identities) {
      const exact = spellingOf(identities, value);
      const same = this.byValue.get(value);
      const known = same?.find(
        (name) =>
          name.kind === kind &&
          name.source === source &&
          name.trust === trust &&
          name.issuer === issuer &&
          name.exact === exact,
      );
      if (known !== undefined) known.places.push(place);
      else {
        const name = { kind, value, trust, issuer, source, exact, places: [place] };
        if (same === undefined) this.byValue.set(value, [name]);
        else same.push(name);
      }
    }
  }

  /** In the order of ids: pages of the index are visited once. */
  end(): BatchName[] {
    const names: BatchName[] = [];
    for (const [value, same] of this.byValue) {
      const half = halfOf(value);
      for (const name of same) names.push({ ...name, id: half + this.restOf(name) });
    }
    return names.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  private restOf({ trust, issuer, source, exact }: Omit<BatchName, 'id'>): string {
    const words = `${this.logId}\0${trust}\0${issuer}\0${source}${exact === '' ? '' : `\0${exact}`}`;
    const known = this.halves.get(words);
    if (known !== undefined) return known;
    const half = halfOf(words);
    this.halves.set(words, half);
    return half;
  }
}

/** One for all words of an entry that are compared as equal: it is counted once. */
function spellingOf(identities: NamedEntry['identities'], value: string): string {
  let first: NamedEntry['identities'][number] | undefined;
  for (const identity of identities)
    if (identity.value === value && (first === undefined || comesBefore(identity, first))) first = identity;
  return first?.exact ?? '';
}

/** In the order of prisma/sql/monitor-count-range.sql. */
function comesBefore(a: NamedEntry['identities'][number], b: NamedEntry['identities'][number]): boolean {
  return a.kind === b.kind ? (a.exact ?? '') < (b.exact ?? '') : a.kind < b.kind;
}

function halfOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 16);
}

/** `first`: index in the log of the entry at place 0. */
export async function countNames(
  transaction: Transaction,
  { logId, first, seenAt }: { readonly logId: string; readonly first: bigint; readonly seenAt: Date },
  names: readonly BatchName[],
): Promise<void> {
  if (names.length === 0) return;
  const rows = withoutTwins(names);
  await transaction.unsafe(countNamesSql, [
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
