/** Small changes to the row of a followed log that do not move its cursor. */
import type { Sql } from '#lib/server/database.ts';
import type { SignedHead } from '#lib/source/log-source.ts';
import type { FollowedLog, Position } from './followed-log.ts';

/** Looks come several times a second; one write a second is enough to show that they do. */
const writeEveryMs = 1000;

/** A head that says what we know already. */
export async function recordLook(sql: Sql, log: FollowedLog & Position, head: SignedHead): Promise<void> {
  const isFresh = log.polledAt !== undefined && Date.now() - log.polledAt.getTime() < writeEveryMs;
  if (isFresh && log.state === 'following' && log.suspicions === 0) return;
  await sql`
    UPDATE monitor_log
    SET state = 'following', state_reason = NULL, suspicions = 0, polled_at = now(), verified_at = now(),
        verified_root = ${head.root}, verified_checkpoint = ${head.evidence},
        checkpoint_at = ${head.at ?? new Date()}, consistent_since = coalesce(consistent_since, now())
    WHERE id = ${log.id} AND verified_size = ${head.size}`;
  await sql`
    INSERT INTO monitor_checkpoint (log_id, size, root, note)
    VALUES (${log.id}, ${head.size}, ${head.root}, ${head.evidence})
    ON CONFLICT DO NOTHING`;
}

/** The network's fault, or a broken answer: said on the pages, and tried again. Verification is where it was. */
export async function recordUnreachable(
  sql: Sql,
  log: FollowedLog & Position,
  reason: string,
): Promise<void> {
  const isFresh = log.polledAt !== undefined && Date.now() - log.polledAt.getTime() < writeEveryMs;
  if (isFresh && log.state === 'unreachable') return;
  await sql`
    UPDATE monitor_log
    SET state = 'unreachable', state_reason = ${reason.slice(0, 300)}, polled_at = now()
    WHERE id = ${log.id}`;
}

/** A person has resolved every incident: verification goes on from where it stood. */
export async function resume(sql: Sql, logId: string): Promise<void> {
  await sql`
    UPDATE monitor_log SET state = 'starting', state_reason = NULL, suspicions = 0
    WHERE id = ${logId} AND state = 'misbehaving'`;
}

/** How often in a row, this one included. */
export async function recordSuspicion(sql: Sql, logId: string, reason: string): Promise<number> {
  const [row] = await sql<{ suspicions: number }[]>`
    UPDATE monitor_log
    SET suspicions = suspicions + 1, state_reason = ${reason}, polled_at = now()
    WHERE id = ${logId} RETURNING suspicions`;
  return row?.suspicions ?? 0;
}

/** The root under which we once saw this log state this size. */
export async function recordedRoot(sql: Sql, logId: string, size: bigint): Promise<Uint8Array | undefined> {
  const [row] = await sql<{ root: Buffer }[]>`
    SELECT root FROM monitor_checkpoint WHERE log_id = ${logId} AND size = ${size} ORDER BY seen_at LIMIT 1`;
  return row === undefined ? undefined : new Uint8Array(row.root);
}
