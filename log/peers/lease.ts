/**
 * Who sequences, of several log processes on one database: whoever holds a session lock of PostgreSQL. A process that dies
 * loses it with its connection. One that is silent for too long (frozen, cut off) has its session ended by a successor,
 * so that nothing it had begun can still take effect; when it wakes up, every statement of its old session fails.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSql, type Sql } from '#lib/server/database.ts';

export interface Leader {
  /** Where the other processes reach it. */
  readonly address: string;
  /** By which it knows them: whoever may read the database may say it. */
  readonly token: string;
}

/** Any constant will do; it must be the same in every process of every version. */
const leaseLock = 7_237_461_002;
const heartbeatMs = 1_000;
/** No heartbeat for so long: the holder is taken for dead. */
const silenceMs = 8_000;

export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

export class Lease {
  private readonly sql: Sql;
  private readonly address: string;
  private timer: NodeJS.Timeout | undefined;

  private constructor(sql: Sql, address: string) {
    this.sql = sql;
    this.address = address;
  }

  /** Rejects when the database cannot be used. `address`: where other processes reach this one. */
  static async open(databaseUrl: string, address: string): Promise<Lease> {
    const sql = openSql(databaseUrl, { max: 1, name: 'log-lease', lasting: true });
    try {
      await sql`SELECT 1`;
      return new Lease(sql, address);
    } catch (error) {
      await sql.end({ timeout: 1 });
      throw error;
    }
  }

  /** Takes it if nobody has it, or who had it is silent; `onLost` is told, once, if it is lost later. */
  async take(onLost: (error: unknown) => void): Promise<Leader | undefined> {
    const { sql, address } = this;
    await endSilent(sql, leaseLock, silenceMs);
    const [row] = await sql<{ held: boolean; pid: number }[]>`
      SELECT pg_try_advisory_lock(${leaseLock}::bigint) AS held, pg_backend_pid() AS pid`;
    if (row?.held !== true) return undefined;
    const token = randomBytes(32).toString('hex');
    await sql`
      INSERT INTO log_leader (address, token) VALUES (${address}, ${token})
      ON CONFLICT (id) DO UPDATE SET address = excluded.address, token = excluded.token, since = now()`;
    this.keep(row.pid, onLost);
    return { address, token };
  }

  /** Whoever led last. */
  async leader(): Promise<Leader | undefined> {
    const [row] = await this.sql<Leader[]>`SELECT address, token FROM log_leader`;
    return row;
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.sql.end({ timeout: 2 });
  }

  private keep(session: number, onLost: (error: unknown) => void): void {
    const beat = async (): Promise<void> => {
      const [row] = await this.sql<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
      // A connection that was renewed in silence holds no lock.
      if (row?.pid !== session) throw new LeaseLostError('The lease of the logs was lost.');
      this.timer = setTimeout(() => void beat().catch(onLost), heartbeatMs);
    };
    this.timer = setTimeout(() => void beat().catch(onLost), heartbeatMs);
  }
}

/**
 * Ends the session that holds a lock and said nothing for so long; waits until the lock is free. Only for locks whose
 * holder speaks regularly, or has lost the lease already.
 */
export async function endSilent(sql: Sql, lock: bigint | number, silentMs: number): Promise<void> {
  const key = BigInt.asUintN(64, BigInt(lock));
  const ended = await sql`
    SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity AS activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND datname = current_database()
      AND classid = ${(key >> 32n).toString()}::oid AND objid = ${(key & 0xffffffffn).toString()}::oid
      AND pid <> pg_backend_pid() AND activity.state_change < now() - ${silentMs}::int * interval '1 ms'`;
  // A session that was told to end lets go a moment later.
  if (ended.length > 0) await sleep(50);
}
