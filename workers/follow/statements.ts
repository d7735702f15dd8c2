/**
 * What a log stated, kept from the moment it is seen: before its entries are read, and whether they can be or not. A log
 * must not get away with one story because nobody could check it at the time. What a person has resolved is judged: those
 * statements count no more unless they were verified.
 */
import { equal } from '#lib/encoding/bytes.ts';
import type { Sql } from '#lib/server/database.ts';
import type { SignedHead } from '#lib/source/log-source.ts';
import type { FollowedLog, Position } from './followed-log.ts';

export interface Statement {
  readonly size: bigint;
  readonly root: Uint8Array;
  /** As the log signed it. */
  readonly note: string;
}

/** Everything it carries is the log's own word: its signature was checked. */
export async function keepStatement(sql: Sql, logId: string, head: SignedHead): Promise<void> {
  await sql`
    INSERT INTO monitor_checkpoint (log_id, size, root, note)
    VALUES (${logId}, ${head.size}, ${head.root}, ${head.evidence})
    ON CONFLICT DO NOTHING`;
}

/** A kept statement of this size with another root, else the largest one of more entries. */
export async function contradicted(
  sql: Sql,
  log: FollowedLog & Position,
  head: SignedHead,
): Promise<Statement | undefined> {
  const { verified, verifiedCheckpoint } = log;
  if (head.size === verified.size && verifiedCheckpoint !== undefined && !equal(head.root, verified.root()))
    return { size: verified.size, root: verified.root(), note: verifiedCheckpoint };
  const [row] = await sql<{ size: bigint; root: Buffer; note: string }[]>`
    SELECT size, root, note FROM monitor_checkpoint
    WHERE log_id = ${log.id} AND size >= ${head.size} AND (size > ${head.size} OR root <> ${head.root})
      AND (verified_at IS NOT NULL OR ${unjudged(sql, log.id)})
    ORDER BY size = ${head.size} DESC, size DESC LIMIT 1`;
  return row;
}

/** The statements nobody could check yet, of the sizes after `from` and up to `to`. */
export async function unverifiedStatements(
  sql: Sql,
  logId: string,
  from: bigint,
  to: bigint,
): Promise<Statement[]> {
  return sql<Statement[]>`
    SELECT size, root, note FROM monitor_checkpoint
    WHERE log_id = ${logId} AND size > ${from} AND size <= ${to} AND verified_at IS NULL AND ${unjudged(sql, logId)}
    ORDER BY size`;
}

/** The tree of this size was recomputed, or proved to be the beginning of one that was. */
export async function settleStatement(
  sql: Pick<Sql, 'unsafe'>,
  logId: string,
  { size, root }: Pick<Statement, 'size' | 'root'>,
): Promise<void> {
  await sql.unsafe(
    'UPDATE monitor_checkpoint SET verified_at = now() WHERE log_id = $1 AND size = $2 AND root = $3 AND verified_at IS NULL',
    [logId, String(size), Buffer.from(root)],
  );
}

function unjudged(sql: Sql, logId: string) {
  return sql`seen_at > coalesce(
    (SELECT max(resolved_at) FROM monitor_incident WHERE log_id = ${logId} AND kind <> 'freeze'), '-infinity')`;
}
