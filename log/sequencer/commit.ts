/**
 * ARROW 4, step 3: THE COMMIT POINT, prisma/sql/commit-batch.sql, one statement in PostgreSQL. The advisory lock that
 * makes us the only sequencer lives on the same connection as the commits: PostgreSQL gives it to a successor only when
 * that session is over, hence never while a commit of ours may still take effect. Before: stage.ts, next: publish.ts.
 */
import { sha256 } from '#crypto/sha256.ts';
import { concat, readUint, utf8 } from '#lib/encoding/bytes.ts';
import { openSql, type Sql } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { endSilent, LeaseLostError } from '../peers/lease.ts';
import { LogStateError } from './entry.ts';
import type { HeadStore, KnownEntry, SignedHead } from './head.ts';

export interface LogIdentity {
  /** Hexadecimal, 32 bytes. */
  readonly logId: string;
  readonly origin: string;
  /** SHA-256 of the public key, whatever the log is called. */
  readonly keyFingerprint: Uint8Array;
}

interface HeadRow {
  log_id: string;
  origin: string;
  size: bigint;
  root: Uint8Array;
  checkpoint: string;
}

const lockPatienceMs = 10_000;
const commitBatch = namedSql('commit-batch');
const findKnown = namedSql('find-known');
// Statements are planned once, while the log may still be empty, and a plan for an empty table reads all of it. Ours look
// up a batch of keys in a table that grows for ever, so nothing but the index is right.
const plans = 'SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off';

export class PostgresHead implements HeadStore {
  private readonly sql: Sql;
  private readonly log: LogIdentity;
  private readonly session: number;

  private constructor(sql: Sql, log: LogIdentity, session: number) {
    this.sql = sql;
    this.log = log;
    this.session = session;
  }

  /**
   * Waits a while for the lock, since a predecessor that was killed takes a moment to be noticed. `holdsLease`: we lead
   * (log/peers/lease.ts), so whoever still has the lock does not any more, and is ended.
   */
  static async open(
    databaseUrl: string,
    log: LogIdentity,
    { holdsLease }: { readonly holdsLease: boolean } = { holdsLease: false },
  ): Promise<PostgresHead> {
    const sql = openSql(databaseUrl, { max: 1, name: `log-${log.logId.slice(0, 8)}`, lasting: true });
    try {
      return new PostgresHead(sql, log, await lock(sql, log, holdsLease));
    } catch (error) {
      await sql.end({ timeout: 1 });
      throw error;
    }
  }

  read(): Promise<SignedHead | undefined> {
    return readHead(this.sql, this.log);
  }

  async create({ size, root, checkpoint }: SignedHead): Promise<void> {
    const { logId, origin, keyFingerprint } = this.log;
    await this.sql`
      INSERT INTO log_head (log_id, origin, key_id, size, root, checkpoint)
      VALUES (${logId}, ${origin}, ${keyFingerprint}, ${size}, ${root}, ${checkpoint})`;
  }

  /** When the log was begun. */
  begun(): Promise<Date> {
    return readBegun(this.sql, this.log);
  }

  async find(identities: readonly Uint8Array[]): Promise<Map<number, bigint>> {
    const parameters = [this.log.logId, concat(...identities)];
    const rows = await this.sql.unsafe<{ at: number; entry_index: bigint }[]>(findKnown, parameters, {
      prepare: true,
    });
    return new Map(rows.map((row) => [row.at, row.entry_index]));
  }

  async commit(before: SignedHead, after: SignedHead, entries: readonly KnownEntry[]): Promise<void> {
    const { logId, keyFingerprint, origin } = this.log;
    const rows = await this.sql.unsafe(
      commitBatch,
      [
        logId,
        before.size.toString(),
        before.root,
        after.root,
        after.checkpoint,
        keyFingerprint,
        concat(...entries.map(({ identity }) => identity)),
        this.session,
        concat(...entries.map(({ leafHash }) => leafHash)),
      ],
      { prepare: true },
    );
    if (rows.length !== 1) {
      await this.check();
      throw new LogStateError(`The head of ${origin} was moved by somebody else, or its lock was lost.`);
    }
  }

  async check(): Promise<void> {
    const [row] = await this.sql<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
    if (row?.pid !== this.session) {
      throw new LeaseLostError(`The connection that holds the lock of ${this.log.origin} was lost.`);
    }
  }

  async close(): Promise<void> {
    await this.sql.end({ timeout: 2 });
  }
}

/** The head that was committed; undefined when the log was never begun. Throws LogStateError for another log's name or key. */
export async function readHead(sql: Sql, log: LogIdentity): Promise<SignedHead | undefined> {
  const { logId, origin, keyFingerprint } = log;
  const rows = await sql<HeadRow[]>`
    SELECT log_id, origin, size, root, checkpoint FROM log_head
    WHERE log_id = ${logId} OR origin = ${origin} OR key_id = ${keyFingerprint}`;
  const other = rows.find((row) => row.log_id !== logId);
  if (other !== undefined) throw new LogStateError(otherLog(other, origin));
  const [row] = rows;
  return row && { size: row.size, root: Uint8Array.from(row.root), checkpoint: row.checkpoint };
}

/** When the log was begun. */
export async function readBegun(sql: Sql, { logId, origin }: LogIdentity): Promise<Date> {
  const [row] = await sql<{ created_at: Date }[]>`SELECT created_at FROM log_head WHERE log_id = ${logId}`;
  if (row === undefined) throw new LogStateError(`The log ${origin} was never begun.`);
  return row.created_at;
}

async function lock(sql: Sql, { logId, origin }: LogIdentity, holdsLease: boolean): Promise<number> {
  const key = BigInt.asIntN(64, readUint(sha256(utf8(`sigwatch log ${logId}`)).subarray(0, 8)));
  const deadline = Date.now() + lockPatienceMs;
  do {
    if (holdsLease) await endSilent(sql, key, 0);
    const [row] = await sql<{ held: boolean; pid: number }[]>`
      SELECT pg_try_advisory_lock(${key}::bigint) AS held, pg_backend_pid() AS pid`;
    if (row?.held === true) {
      await sql.unsafe(plans);
      return row.pid;
    }
    await sql`SELECT pg_sleep(0.1)`;
  } while (Date.now() < deadline);
  throw new LogStateError(`Another process sequences the log ${origin}; two of them would fork it.`);
}

function otherLog(other: HeadRow, origin: string): string {
  return other.origin === origin
    ? `The log ${origin} was begun with another key: put that key file back, a new key needs a new name.`
    : `The key of the log ${origin} belongs to the log ${other.origin}: a log cannot change its name, set LOG_URL back.`;
}
