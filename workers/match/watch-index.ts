/**
 * Every confirmed watch, by what it watches. An entry asks once for each of its identities, so it costs the same for ten
 * watches and a million. Exact names for now; domain and path patterns get a structure of their own beside this one.
 */
import type { Identity } from '#lib/identity/normalise.ts';
import type { Sql, Transaction } from '#lib/server/database.ts';

export interface Watch {
  readonly id: string;
  readonly kind: string;
  /** As lib/identity/normalise.ts spells it. */
  readonly value: string;
}

export interface WatchIndex {
  /** Of match_watch_version, when this was read. */
  readonly version: bigint;
  readonly size: number;
  watchersOf(identity: Identity): readonly Watch[];
  /** Watches whose name occurs anywhere in a text, for entries that do not read. */
  namedIn(haystack: string): Watch[];
}

export function buildWatchIndex(version: bigint, watches: readonly Watch[]): WatchIndex {
  const byValue = new Map<string, Watch[]>();
  for (const watch of watches) {
    const same = byValue.get(watch.value);
    if (same === undefined) byValue.set(watch.value, [watch]);
    else same.push(watch);
  }
  return {
    version,
    size: watches.length,
    watchersOf: ({ value }) => byValue.get(value) ?? [],
    namedIn: (haystack) =>
      [...byValue].flatMap(([value, same]) => (haystack.includes(value.toLowerCase()) ? same : [])),
  };
}

/** Version and watches from one snapshot: a change in between would be a watch that nobody knows to be missing. */
export async function readWatchIndex(sql: Sql): Promise<WatchIndex> {
  return sql.begin('ISOLATION LEVEL REPEATABLE READ READ ONLY', async (transaction) => {
    const version = await readWatchVersion(transaction);
    const watches = await transaction<Watch[]>`
      SELECT id, kind, value FROM account_watch WHERE state = 'confirmed' ORDER BY id`;
    return buildWatchIndex(version, watches);
  });
}

export async function readWatchVersion(sql: Sql | Transaction): Promise<bigint> {
  const [row] = await sql<{ version: bigint }[]>`SELECT version FROM match_watch_version`;
  return row?.version ?? 0n;
}

/** The index in use: replaced when a watch changes, and whenever a batch finds that it missed a change. */
export class CurrentWatches {
  private readonly sql: Sql;
  private index: Promise<WatchIndex> | undefined;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  /** At least as new as `version`. */
  async get(version = 0n): Promise<WatchIndex> {
    const known = await this.index?.catch(() => undefined);
    return known !== undefined && known.version >= version ? known : this.refresh();
  }

  refresh(): Promise<WatchIndex> {
    this.index = readWatchIndex(this.sql);
    return this.index;
  }
}
