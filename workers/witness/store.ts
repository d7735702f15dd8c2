/** The memory of the witness in PostgreSQL: monitor_witnessed, and the contradictions it was shown. */
import type { Sql } from '#lib/server/database.ts';
import { namedSql } from '#lib/server/named-sql.ts';
import { emptyRoot } from '#lib/merkle/leaf-hash.ts';
import type { Witnessed, WitnessMemory } from './witness.ts';

const witnessCheckpoint = namedSql('witness-checkpoint');

export function witnessMemory(sql: Sql): WitnessMemory {
  return {
    latest: async (origin) => {
      const [row] = await sql<
        Witnessed[]
      >`SELECT size, root, note FROM monitor_witnessed WHERE origin = ${origin}`;
      return row && { ...row, root: Uint8Array.from(row.root) };
    },
    advance: async (origin, before, { size, root, note }) => {
      const [oldSize, oldRoot] = [before?.size ?? 0n, before?.root ?? emptyRoot];
      const values = [origin, `${oldSize}`, oldRoot, `${size}`, root, note];
      return (await sql.unsafe(witnessCheckpoint, values, { prepare: true })).length === 1;
    },
    keepConflict: async (origin, known, other) => {
      await sql`
        INSERT INTO monitor_witness_conflict (origin, size, root, known, other)
        VALUES (${origin}, ${other.size}, ${other.root}, ${known.note}, ${other.note})
        ON CONFLICT (origin, size, root) DO NOTHING`;
    },
  };
}
