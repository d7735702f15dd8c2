/**
 * The names of a batch, each once for every trust, issuer, repository and spelling it came with, as monitor_name counts
 * them. Next: workers/follow/names.ts.
 */
import { hash } from 'node:crypto';
import { concat, toHex } from '#lib/encoding/bytes.ts';
import type { IndexedEntry } from './indexed-entry.ts';

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

export type NamedEntry = Pick<IndexedEntry, 'identities' | 'trust' | 'issuer' | 'source' | 'others'>;

interface NameInMaking extends Omit<BatchName, 'id'> {
  readonly id: Uint8Array;
  readonly places: number[];
}

export class BatchNames {
  private readonly byValue = new Map<string, NameInMaking[]>();
  /** Second half of an id, which few combinations share: by their words. */
  private readonly halves = new Map<string, Uint8Array>();
  private readonly logId: string;

  constructor(logId: string) {
    this.logId = logId;
  }

  /** The id of each identity's row, in their order. */
  add(place: number, entry: NamedEntry): Uint8Array[] {
    const { identities, others } = entry;
    return identities.map(({ kind, value, signer = 0 }) => {
      const { trust, issuer = '', source = '' } = others[signer - 1] ?? entry;
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
      if (known !== undefined) {
        known.places.push(place);
        return known.id;
      }
      const id = concat(
        same?.[0]?.id.slice(0, 8) ?? halfOf(value),
        this.restOf(`${this.logId}\0${trust}\0${issuer}\0${source}${exact === '' ? '' : `\0${exact}`}`),
      );
      const name = { id, kind, value, trust, issuer, source, exact, places: [place] };
      if (same === undefined) this.byValue.set(value, [name]);
      else same.push(name);
      return id;
    });
  }

  /** In the order of ids: pages of the index are visited once. */
  end(): BatchName[] {
    const names: BatchName[] = [];
    for (const same of this.byValue.values())
      for (const name of same) names.push({ ...name, id: toHex(name.id) });
    return names.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  private restOf(words: string): Uint8Array {
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

/** A view, or a digest as a buffer, would be memory outside the heap, which costs more than the hash. */
function halfOf(text: string): Uint8Array {
  const digest = hash('sha256', text, 'binary');
  const half = new Uint8Array(8);
  for (let at = 0; at < 8; at++) half[at] = digest.charCodeAt(at);
  return half;
}
