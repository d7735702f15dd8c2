/**
 * The search index of a Rekor v1 log, kept by following the log: entries are indexed in order, keys and position in one
 * statement, so that what it finds is everything up to a size it can name. A crash costs nothing, it goes on from there.
 */
import { concat, toHex } from '#lib/encoding/bytes.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import type { Sql } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import type { PublishedLog } from '../read/published-log.ts';
import { parseRecordV1 } from './record-v1.ts';

const indexSearchKeys = namedSql('index-search-keys');
const findSearchKeys = namedSql('find-search-keys');
const atOnce = 256n;
const followMs = 500;

export class SearchIndex {
  private readonly sql: Sql;
  private readonly logId: string;
  private readonly log: PublishedLog;
  private position: bigint | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(sql: Sql, logId: Uint8Array, log: PublishedLog) {
    this.sql = sql;
    this.logId = toHex(logId);
    this.log = log;
  }

  /** Follows the log until the function returned is called. */
  follow(onTrouble: (error: unknown) => void): () => Promise<void> {
    const timer = setInterval(() => void this.catchUp().catch(onTrouble), followMs);
    return async () => {
      clearInterval(timer);
      await this.running.catch(() => undefined);
    };
  }

  /** Indexes all that is published now; the size up to which the index is complete then. */
  async catchUp(): Promise<bigint> {
    const { size } = this.log.head;
    this.running = this.running.catch(() => undefined).then(() => this.indexUpTo(size));
    await this.running;
    return this.position ?? 0n;
  }

  /** Leaf hashes of the entries that have `least` of the keys, which are distinct, in the order of the log. */
  async find(keys: readonly Uint8Array[], least: number): Promise<Uint8Array[]> {
    const parameters = [this.logId, concat(...keys), least];
    const rows = await this.sql.unsafe<{ leaf_hash: Uint8Array }[]>(findSearchKeys, parameters, {
      prepare: true,
    });
    return rows.map(({ leaf_hash: hash }) => Uint8Array.from(hash));
  }

  private async indexUpTo(size: bigint): Promise<void> {
    this.position ??= await this.readPosition();
    while (this.position < size) {
      const from: bigint = this.position;
      const to = size - from < atOnce ? size : from + atOnce;
      if (await this.indexRange(from, to)) this.position = to;
      // Another process that follows this log was here first.
      else this.position = await this.readPosition();
      if (this.position <= from) throw new Error('the search index went back');
    }
  }

  private async readPosition(): Promise<bigint> {
    const rows = await this.sql<{ indexed_to: bigint }[]>`
      SELECT indexed_to FROM log_search_position WHERE log_id = ${this.logId}`;
    return rows[0]?.indexed_to ?? 0n;
  }

  /** False when the index had moved on. */
  private async indexRange(from: bigint, to: bigint): Promise<boolean> {
    const keys: Uint8Array[] = [];
    const leafHashes: Uint8Array[] = [];
    const entries: bigint[] = [];
    for (const [at, record] of (await this.log.records(from, to)).entries()) {
      const { leaf, searchKeys } = parseRecordV1(record);
      const hash = leafHash(leaf);
      for (const key of searchKeys) {
        keys.push(key);
        leafHashes.push(hash);
        entries.push(from + BigInt(at));
      }
    }
    const indexes = `{${entries.join()}}`;
    const values = [this.logId, `${from}`, `${to}`, concat(...keys), indexes, concat(...leafHashes)];
    const moved = await this.sql.unsafe(indexSearchKeys, values, { prepare: true });
    return moved.length === 1;
  }
}
