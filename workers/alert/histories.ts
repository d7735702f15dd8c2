/**
 * What the names of a batch did before it, and, entry by entry, within it: the facts that compare a signature with
 * earlier ones. Read in the transaction of the batch, bounded however many names and entries there are.
 */
import type { Usual } from '#lib/rules/facts.ts';
import { History, type PastSigning } from '#lib/rules/history.ts';
import type { Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import type { FulcioClaims } from '#lib/x509/fulcio-oids.ts';
import type { IndexedEntry } from '../match/indexed-entry.ts';

const readHistory = namedSql('match-history');

const rowsABatch = 20_000;
const [fewestEach, mostEach] = [50, 1_000];

type Row = {
  readonly value: string;
  readonly at: Date;
  readonly issuer: string | null;
  readonly source: string | null;
  readonly key_type: string | null;
} & {
  readonly [claim in keyof FulcioClaims]: string | null;
};

export class Histories {
  private readonly byName: ReadonlyMap<string, History>;
  /** What was compared already: several people may watch one name. */
  private readonly compared = new Map<string, Usual>();

  private constructor(byName: ReadonlyMap<string, History>) {
    this.byName = byName;
  }

  static async read(
    transaction: Transaction,
    names: readonly string[],
    before: { logId: string; index: bigint },
  ): Promise<Histories> {
    const distinct = [...new Set(names)];
    const past = new Map<string, PastSigning[]>(distinct.map((name) => [name, []]));
    if (distinct.length === 0) return new Histories(new Map());
    const each = Math.min(Math.max(Math.floor(rowsABatch / distinct.length), fewestEach), mostEach);
    const rows = await transaction.unsafe<Row[]>(readHistory, [
      distinct,
      before.logId,
      String(before.index),
      String(each),
    ]);
    for (const row of rows) past.get(row.value)?.push(pastSigning(row));
    return new Histories(new Map([...past].map(([name, signings]) => [name, new History(signings)])));
  }

  /** How this entry compares for this name. Entries of one name are asked for in the order of the log. */
  compare(name: string, entry: IndexedEntry, at: Date): Usual | null {
    const history = this.byName.get(name);
    if (history === undefined || (entry.trust !== 'trusted' && entry.trust !== 'none')) return null;
    const key = `${entry.index} ${name}`;
    const known = this.compared.get(key);
    if (known !== undefined) return known;
    const { issuer = '', source = '', claims, keyType } = entry;
    const signing = { at: at.getTime(), issuer, source, claims, keyType };
    const usual = history.compare(signing);
    history.add(signing);
    this.compared.set(key, usual);
    return usual;
  }
}

function pastSigning({ at, issuer, source, key_type: keyType, ...claims }: Omit<Row, 'value'>): PastSigning {
  const said = Object.entries(claims).filter(([name, text]) => text !== null && name !== 'value');
  return {
    at: at.getTime(),
    issuer: issuer ?? '',
    source: source ?? '',
    claims: Object.fromEntries(said),
    keyType: keyType ?? undefined,
  };
}
