/** What /healthz says: the web process, and what its answers rest on. */
import type { Sql } from '#lib/server/database.ts';

export interface Health {
  readonly status: 'SERVING' | 'NOT_SERVING';
  readonly reason?: string;
  readonly database: 'ok' | 'unreachable';
  readonly workers?: { readonly lastSeen: string | null };
  readonly logs?: readonly { id: string; state: string; reason: string | null; verifiedSize: number }[];
}

/** Workers look at every log many times a minute; this long without a look means that nobody watches. */
const silenceMs = 120_000;

export async function readHealth(sql: Sql, now: Date): Promise<Health> {
  try {
    const rows = await sql<
      {
        id: string;
        state: string;
        state_reason: string | null;
        verified_size: bigint;
        polled_at: Date | null;
      }[]
    >`SELECT id, state, state_reason, verified_size, polled_at FROM monitor_log ORDER BY id`;
    const seen = Math.max(...rows.map((row) => row.polled_at?.getTime() ?? 0), 0);
    const silent = seen > 0 && now.getTime() - seen > silenceMs;
    return {
      status: silent ? 'NOT_SERVING' : 'SERVING',
      ...(silent
        ? { reason: `the monitor has not looked at any log since ${new Date(seen).toISOString()}` }
        : {}),
      database: 'ok',
      workers: { lastSeen: seen === 0 ? null : new Date(seen).toISOString() },
      logs: rows.map((row) => ({
        id: row.id,
        state: row.state,
        reason: row.state_reason,
        verifiedSize: Number(row.verified_size),
      })),
    };
  } catch {
    return { status: 'NOT_SERVING', reason: 'the database does not answer', database: 'unreachable' };
  }
}
