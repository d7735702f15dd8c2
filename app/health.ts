/** What /healthz says: the web process, and what its answers rest on. */
import type { Sql } from '#lib/server/database.ts';

export interface Health {
  readonly status: 'SERVING' | 'NOT_SERVING';
  readonly reason?: string;
  readonly database: 'ok' | 'unreachable';
  /** When a workers process last said that it runs; null before the first one did. */
  readonly workers?: { readonly lastSeen: string | null };
  /** The monitor's own signatures: whether it saw the last one it made in time. Absent while it makes none. */
  readonly canary?: { readonly missed: boolean; readonly lastSeen: string | null };
  /** Logs of others in trouble: their fault, and no reason to take these pages away. */
  readonly warnings?: readonly string[];
  readonly logs?: readonly { id: string; state: string; reason: string | null; verifiedSize: number }[];
}

/** Workers say many times a minute that they run; this long without means that nobody watches. */
const silenceMs = 20_000;

export async function readHealth(sql: Sql, now: Date): Promise<Health> {
  try {
    const [beat] = await sql<{ at: Date | null }[]>`SELECT max(beat_at) AS at FROM monitor_worker`;
    const logs = await sql<
      { id: string; state: string; reason: string | null; size: bigint; family: string }[]
    >`
      SELECT id, family, state, state_reason AS reason, verified_size AS size FROM monitor_log ORDER BY id`;
    const canary = await readCanary(sql);
    const lastSeen = beat?.at ?? null;
    return {
      ...verdict({ lastSeen, canary, logs }, now),
      database: 'ok',
      ...(canary === undefined ? {} : { canary }),
      workers: { lastSeen: lastSeen?.toISOString() ?? null },
      logs: logs.map(({ id, state, reason, size }) => ({ id, state, reason, verifiedSize: Number(size) })),
    };
  } catch {
    return { status: 'NOT_SERVING', reason: 'the database does not answer', database: 'unreachable' };
  }
}

/** Pages without anybody who follows the logs would say "nothing found" of what nobody looked for. */
export function verdict(
  { lastSeen, canary, logs }: { lastSeen: Date | null; canary: Health['canary']; logs: readonly LogState[] },
  now: Date,
): Pick<Health, 'status' | 'reason' | 'warnings'> {
  const troubled = logs.filter(({ state }) => inTrouble.has(state));
  const foreign = troubled.filter(({ family }) => family !== '').map(inWords);
  const warned = foreign.length === 0 ? {} : { warnings: foreign };
  const because = (reason: string) => ({ status: 'NOT_SERVING' as const, reason, ...warned });
  if (lastSeen === null) return because('no workers process has run yet: no log is followed');
  if (now.getTime() - lastSeen.getTime() > silenceMs) {
    return because(`no workers process was heard of since ${lastSeen.toISOString()}: no log is followed`);
  }
  if (canary?.missed === true) return because('the monitor did not see a signature that it made itself');
  const own = troubled.filter(({ family }) => family === '').map(inWords);
  return own.length === 0 ? { status: 'SERVING', ...warned } : because(own.join(', '));
}

function inWords({ id, state }: LogState): string {
  return `${id} is ${state}`;
}

/** What such a log holds by now is not known here. */
const inTrouble: ReadonlySet<string> = new Set(['unreachable', 'unwitnessed', 'frozen', 'misbehaving']);

interface LogState {
  readonly id: string;
  readonly state: string;
  /** The list of LOGS_FILE it comes from; empty for the logs of this instance. */
  readonly family: string;
}

/** A minute is many times what a signature takes to be seen. One that the log refused counts as missed as well. */
async function readCanary(sql: Sql): Promise<Health['canary']> {
  const [row] = await sql<{ missed: boolean; last_seen: Date | null }[]>`
    SELECT seen_at IS NULL AS missed, (SELECT max(seen_at) FROM monitor_canary) AS last_seen
    FROM monitor_canary WHERE asked_at < now() - interval '1 minute' OR seen_at IS NOT NULL
    ORDER BY asked_at DESC LIMIT 1`;
  return row && { missed: row.missed, lastSeen: row.last_seen?.toISOString() ?? null };
}
