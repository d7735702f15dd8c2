/**
 * The names of a batch, each once for every trust, issuer and repository it came with, counted into monitor_name: what
 * totals, facets, "never before", prefix search and lookups by hash are answered from.
 */
import { hash } from 'node:crypto';
import type { Identity } from '#lib/identity/normalise.ts';
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import type { IndexedEntry } from '../match/indexed-entry.ts';

const countNamesSql = namedSql('monitor-count-names');

interface Name {
  readonly identity: Identity;
  readonly trust: string;
  readonly issuer: string;
  readonly source: string;
  readonly firstIndex: bigint;
  lastIndex: bigint;
  entries: number;
}

export async function countNames(
  transaction: Transaction,
  logId: string,
  entries: readonly IndexedEntry[],
  seenAt: Date,
): Promise<void> {
  const names = namesIn(entries);
  if (names.length === 0) return;
  // In the order of ids: pages of the index are visited once.
  const rows = names
    .map((name) => ({ ...name, id: nameId(logId, name) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  await transaction.unsafe(countNamesSql, [
    logId,
    seenAt.toISOString(),
    rows.map(({ id }) => id),
    rows.map(({ identity }) => identity.kind),
    rows.map(({ identity }) => identity.value),
    rows.map(({ trust }) => trust),
    rows.map(({ issuer }) => issuer),
    rows.map(({ source }) => source),
    rows.map(({ entries: count }) => String(count)),
    rows.map(({ firstIndex }) => String(firstIndex)),
    rows.map(({ lastIndex }) => String(lastIndex)),
  ]);
}

function namesIn(entries: readonly IndexedEntry[]): Name[] {
  const byValue = new Map<string, Name[]>();
  for (const { index, identities, trust, issuer = '', source = '' } of entries) {
    for (const identity of identities) {
      const same = byValue.get(identity.value) ?? [];
      if (same.length === 0) byValue.set(identity.value, same);
      const known = same.find(
        (name) => name.trust === trust && name.issuer === issuer && name.source === source,
      );
      if (known === undefined) {
        same.push({ identity, trust, issuer, source, firstIndex: index, lastIndex: index, entries: 1 });
      } else if (known.lastIndex !== index) {
        // An entry may carry the same words as two kinds of identity; it is still one entry.
        known.entries++;
        known.lastIndex = index;
      }
    }
  }
  return [...byValue.values()].flat();
}

function nameId(logId: string, { identity, trust, issuer, source }: Name): string {
  const half = (text: string): string => hash('sha256', text, 'hex').slice(0, 16);
  return half(identity.value) + half([logId, trust, issuer, source].join('\0'));
}
