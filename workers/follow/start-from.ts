/**
 * Following a log of billions from where it stands: its first head is kept (statements.ts), and with the proof that the next one continues
 * it comes what verification goes on from (lib/source/start-range.ts). Nothing before is read, and the log's row says so.
 */
import { toHex } from '#lib/encoding/bytes.ts';
import type { Sql } from '#lib/server/database.ts';
import type { LogSource, SignedHead } from '#lib/source/log-source.ts';
import { rangeFromConsistency } from '#lib/source/start-range.ts';
import type { FollowedLog } from './followed-log.ts';
import { settleStatement } from './statements.ts';

export async function startFrom(
  sql: Sql,
  log: FollowedLog,
  source: LogSource,
  head: SignedHead,
): Promise<'behind' | 'nothing-new' | 'fork'> {
  const [first] = await sql<{ size: bigint; root: Buffer; note: string }[]>`
    SELECT size, root, note FROM monitor_checkpoint WHERE log_id = ${log.id} AND size > 0 ORDER BY size LIMIT 1`;
  if (first === undefined || first.size >= head.size) return 'nothing-new';
  const range = rangeFromConsistency({
    oldSize: first.size,
    oldRoot: new Uint8Array(first.root),
    newSize: head.size,
    newRoot: head.root,
    proof: await source.consistency(first.size, head.size),
  });
  if (range === undefined) return 'fork';
  await sql`
    UPDATE monitor_log
    SET start_size = ${first.size}, verified_size = ${first.size}, downloaded_size = ${first.size},
        verified_root = ${first.root}, verified_checkpoint = ${first.note}, polled_at = now(), verified_at = now(),
        compact_range = ARRAY(SELECT decode(hash, 'hex') FROM unnest(${range.hashes.map(toHex)}::text[]) WITH ORDINALITY AS part (hash, place) ORDER BY place)
    WHERE id = ${log.id} AND verified_size = 0 AND state <> 'misbehaving'`;
  await settleStatement(sql, log.id, first);
  return 'behind';
}
