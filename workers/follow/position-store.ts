/** Small changes to the row of a followed log that do not move its cursor. */
import type { Sql } from '#lib/server/database.ts';
import type { SignedHead } from '#lib/source/log-source.ts';
import { freshness, quietSince } from './freshness.ts';
import type { FollowedLog, Position } from './followed-log.ts';
import type { Statement } from './statements.ts';

/** Looks come several times a second; one write a second is enough to show that they do. */
const writeEveryMs = 1000;

/** A head that says what we know already: fresh, or the same one for suspiciously long. */
export async function recordLook(sql: Sql, log: FollowedLog & Position, head: SignedHead): Promise<void> {
  const isFresh = log.polledAt !== undefined && Date.now() - log.polledAt.getTime() < writeEveryMs;
  if (isFresh && log.state === 'following' && log.suspicions === 0) return;
  const now = Date.now();
  const at = madeAt(log, head, now);
  const { intervalMs, frozen } = freshness(log, { at: head.at && at, firstSeenAt: at }, now);
  const trouble = frozen ?? (await withheld(sql, log.id, head.size));
  const state = trouble === null ? 'following' : 'frozen';
  const reason = trouble ?? quietSince(await lastSeen(sql, log.id), at, now);
  // A frozen log shows us nothing: what it may hold by now is not verified.
  await sql`
    UPDATE monitor_log
    SET state = ${state}, state_reason = ${reason}, suspicions = 0, polled_at = now(),
        verified_at = CASE WHEN ${state} = 'frozen' THEN verified_at ELSE now() END,
        verified_root = ${head.root}, verified_checkpoint = ${head.evidence}, head_interval_ms = ${intervalMs ?? null},
        checkpoint_at = ${at}, consistent_since = coalesce(consistent_since, now())
    WHERE id = ${log.id} AND verified_size = ${head.size}`;
  await sql`
    INSERT INTO monitor_checkpoint (log_id, size, root, note, verified_at)
    VALUES (${log.id}, ${head.size}, ${head.root}, ${head.evidence}, now())
    ON CONFLICT (log_id, size, root) DO UPDATE SET verified_at = now() WHERE monitor_checkpoint.verified_at IS NULL`;
}

/** As the statement says, or when it was seen first; a time to come would make it fresh for ever, so it counts as now. */
function madeAt(log: Position, head: SignedHead, now: number): Date {
  if (head.at !== undefined && head.at.getTime() <= now) return head.at;
  const isSame = log.verifiedCheckpoint === head.evidence;
  return (isSame ? log.checkpointAt : undefined) ?? new Date(now);
}

/** When its last verified statements were seen first, newest first. */
async function lastSeen(sql: Sql, logId: string): Promise<Date[]> {
  const rows = await sql<{ at: Date }[]>`
    SELECT seen_at AS at FROM monitor_checkpoint
    WHERE log_id = ${logId} AND verified_at IS NOT NULL ORDER BY size DESC LIMIT 20`;
  return rows.map(({ at }) => at);
}

/** Long enough for a statement to reach everybody who asks for it. */
const withheldForMs = 120_000;

/** Why this head is not the log's newest, though we are shown no other: somebody else was, some time ago. */
async function withheld(sql: Sql, logId: string, size: bigint): Promise<string | null> {
  const [ahead] = await sql<{ seen_by: string; size: bigint; at: Date }[]>`
    SELECT seen_by, size, ahead_since AS at FROM monitor_sighting
    WHERE log_id = ${logId} AND verdict = 'ahead' AND size > ${size} AND ahead_since < ${new Date(Date.now() - withheldForMs)}
    ORDER BY ahead_since LIMIT 1`;
  return ahead === undefined
    ? null
    : `${ahead.seen_by} was shown ${ahead.size} entries at ${ahead.at.toISOString()}, we were not.`;
}

/** The network's fault, or a broken answer: said on the pages, and tried again. Verification is where it was. */
export async function recordTrouble(
  sql: Sql,
  log: FollowedLog & Position,
  { state, reason }: { state: 'unreachable' | 'unwitnessed'; reason: string },
): Promise<void> {
  const isFresh = log.polledAt !== undefined && Date.now() - log.polledAt.getTime() < writeEveryMs;
  if (isFresh && log.state === state) return;
  await sql`
    UPDATE monitor_log
    SET state = ${state}, state_reason = ${reason.slice(0, 300)}, polled_at = now()
    WHERE id = ${log.id}`;
}

/**
 * How far the log says it reaches. What it held when it was added is history: as much as its first head states, and less
 * should a later head state less, since a boast must not silence what is signed tomorrow.
 */
export async function noteHead<T extends FollowedLog & Position>(sql: Sql, log: T, size: bigint): Promise<T> {
  const { historySize, statedSize, verified } = log;
  const isHistory = historySize === undefined || (historySize > size && size >= verified.size);
  if (statedSize === size && !isHistory) return log;
  const history = isHistory ? size : historySize;
  await sql`UPDATE monitor_log SET stated_size = ${size}, history_size = ${history} WHERE id = ${log.id}`;
  return { ...log, statedSize: size, historySize: history };
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

/** What we once saw this log state of this size. */
export async function recordedStatement(
  sql: Sql,
  logId: string,
  size: bigint,
): Promise<Statement | undefined> {
  const [row] = await sql<Statement[]>`
    SELECT size, root, note FROM monitor_checkpoint WHERE log_id = ${logId} AND size = ${size} ORDER BY seen_at LIMIT 1`;
  return row;
}
