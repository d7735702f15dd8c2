/**
 * The index in use, kept as new as the table: a change wakes every worker, which reads what changed since its version
 * and nothing else. A batch reads the version in its own transaction, so a lost notification costs nothing but this.
 */
import type { Sql, Transaction } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { watchTarget, type WatchKind } from '#lib/identity/watch-target.ts';
import { WatchIndex } from './watch-index.ts';
import type { Watch } from './watch.ts';

const changesSince = namedSql('match-watch-changes');

/** As the database gives it. */
interface Read extends Omit<Watch, 'untagged'> {
  readonly untagged: true | null;
}

interface Change extends Omit<Read, 'kind'> {
  /** Null when the watch is no longer confirmed, or gone. */
  readonly kind: string | null;
}

export class CurrentWatches {
  private readonly sql: Sql;
  private index: WatchIndex | undefined;
  private version = -1n;
  private reading: Promise<WatchIndex> | undefined;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  /** At least as new as `version`. */
  async get(version = 0n): Promise<WatchIndex> {
    if (this.index !== undefined && this.version >= version) return this.index;
    // A reading that began before may have missed the change: then once more.
    await this.refresh();
    return this.version >= version && this.index !== undefined ? this.index : this.refresh();
  }

  refresh(): Promise<WatchIndex> {
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    return this.reading;
  }

  /** Version and watches from one snapshot: a change in between would be a watch that nobody knows to be missing. */
  private async read(): Promise<WatchIndex> {
    return this.sql.begin('ISOLATION LEVEL REPEATABLE READ READ ONLY', async (transaction) => {
      const version = await readWatchVersion(transaction);
      const [oldest] = await transaction<{ version: bigint | null }[]>`
        SELECT min(version) AS version FROM match_watch_change`;
      const reaches = this.version >= (oldest?.version ?? version + 1n) - 1n;
      if (this.index === undefined || !reaches) this.index = await readAll(transaction);
      else await this.apply(this.index, transaction);
      this.version = version;
      return this.index;
    });
  }

  private async apply(index: WatchIndex, transaction: Transaction): Promise<void> {
    const changes = await transaction.unsafe<Change[]>(changesSince, [String(this.version)]);
    for (const { kind, ...watch } of changes) {
      if (kind === null) index.remove(watch.id);
      else index.put(asWatch({ ...watch, kind }));
    }
  }
}

async function readAll(transaction: Transaction): Promise<WatchIndex> {
  const index = new WatchIndex();
  const rows = transaction<Read[]>`
    SELECT id, kind, value, (proven_at IS NOT NULL OR kind = 'email' AND value = lower(email)) AS proven, CASE WHEN NOT tagged THEN true END AS untagged
    FROM account_watch WHERE state = 'confirmed'`;
  for await (const some of rows.cursor(5000)) for (const watch of some) index.put(asWatch(watch));
  return index;
}

/** Of the few kinds there are one string each, not one for each row. */
const kinds = new Map<string, string>();

function asWatch({ id, kind, value: kept, proven, untagged }: Read): Watch {
  // Kept by a version that compared percent-encoded names as they stand there.
  const value = kept.includes('%') ? (watchTarget(kind as WatchKind, kept)?.value ?? kept) : kept;
  const known = kinds.get(kind) ?? kind;
  kinds.set(known, known);
  return untagged === true
    ? { id, kind: known, value, proven, untagged }
    : { id, kind: known, value, proven };
}

export async function readWatchVersion(sql: Sql | Transaction): Promise<bigint> {
  const [row] = await sql<{ version: bigint }[]>`SELECT version FROM match_watch_version`;
  return row?.version ?? 0n;
}
