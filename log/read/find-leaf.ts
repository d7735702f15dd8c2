/** The index of an entry by its leaf hash: both hashes of every entry are written by the commit itself. */
import { toHex } from '#lib/encoding/bytes.ts';
import type { Sql } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';

const findKnown = namedSql('find-known');

export function findLeafIn(
  sql: Sql,
  logId: Uint8Array,
): (leafHash: Uint8Array) => Promise<bigint | undefined> {
  const id = toHex(logId);
  return async (leafHash) => {
    const rows = await sql.unsafe<{ entry_index: bigint }[]>(findKnown, [id, leafHash], { prepare: true });
    return rows[0]?.entry_index;
  };
}
